//! JSON read where it lies: what an array or an object holds, as slices of the text.
//!
//! A catalogue is short texts and small numbers by the tens of thousands. A tree of them costs a call and an allocation
//! each, in code the browser is still compiling; slices cost neither. Whatever is not plain goes through serde_json.
//!
//! What loops stays a function of its own (`inline(never)`), here and where it is used: a browser that finds a function hot
//! compiles all of it once more, beside the page that waits.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

use super::{Unreadable, of_text, read};

/// What holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An object.
    Members,
    /// An array that begins with a digit.
    Numbers,
    /// Any other array.
    Values,
}

/// A place in a text. Every method reads one value, and leaves the place behind it.
pub struct Lying<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lying<'a> {
    /// The beginning of a text.
    pub fn at_the_beginning_of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What begins here; `None` for anything that holds nothing.
    pub fn kind(&mut self) -> Option<Kind> {
        match self.next_byte()? {
            b'{' => Some(Kind::Members),
            b'[' => {
                let first = self.text.as_bytes().get(self.at + 1);
                Some(if first.is_some_and(u8::is_ascii_digit) { Kind::Numbers } else { Kind::Values })
            }
            _ => None,
        }
    }

    /// Nothing but blanks.
    ///
    /// # Errors
    /// [`Unreadable`] when something follows.
    pub fn end(&mut self) -> Result<(), Unreadable> {
        if self.next_byte().is_none() { Ok(()) } else { Err(Unreadable::NotJson) }
    }

    /// An object: `read` is called at the value of each member with its name, and reads it. A name is not freed of its
    /// escapes: no name of ours has any.
    ///
    /// # Errors
    /// [`Unreadable`] when it is not an object, or a damaged one; and what `read` says.
    pub fn members<E: From<Unreadable>>(
        &mut self,
        mut read: impl FnMut(&'a str, &mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.open(b'{')?;
        let mut is_first = true;
        while self.goes_on(b'}', is_first)? {
            let name = self.value()?;
            self.pass(b':')?;
            read(name.trim_matches('"'), self)?;
            is_first = false;
        }
        Ok(())
    }

    /// The members of an object that have these names, as they stand; the others are passed over.
    ///
    /// # Errors
    /// [`Unreadable`] when it is not an object, or a damaged one.
    #[inline(never)]
    pub fn fields<const N: usize>(&mut self, names: [&str; N]) -> Result<[Option<&'a str>; N], Unreadable> {
        let mut fields = [None; N];
        self.members(|name, lying| {
            let value = lying.value()?;
            let known = names.iter().zip(&mut fields).find(|(known, _)| **known == name);
            if let Some((_, field)) = known {
                *field = Some(value);
            }
            Ok::<_, Unreadable>(())
        })?;
        Ok(fields)
    }

    /// An array, as its values stand.
    ///
    /// # Errors
    /// [`Unreadable`] when it is not an array, or a damaged one.
    pub fn values(&mut self) -> Result<Vec<&'a str>, Unreadable> {
        self.items(Self::value)
    }

    /// An array of texts and `null`.
    ///
    /// # Errors
    /// [`Unreadable`] when it is anything else.
    pub fn texts(&mut self) -> Result<Vec<Option<Cow<'a, str>>>, Unreadable> {
        self.items(Self::text)
    }

    /// An array, each item as `read` reads it.
    ///
    /// # Errors
    /// [`Unreadable`] when it is not an array, or a damaged one; and what `read` says.
    #[inline(never)]
    pub fn items<T>(&mut self, read: fn(&mut Self) -> Result<T, Unreadable>) -> Result<Vec<T>, Unreadable> {
        self.open(b'[')?;
        let mut items = Vec::new();
        while self.goes_on(b']', items.is_empty())? {
            items.push(read(self)?);
        }
        Ok(items)
    }

    /// An array of small numbers: the indexes of a dictionary.
    ///
    /// # Errors
    /// [`Unreadable`] when it is anything else.
    #[inline(never)]
    pub fn numbers(&mut self) -> Result<Vec<u32>, Unreadable> {
        let from = self.at;
        if let Some((numbers, end)) = digits(self.text.as_bytes(), from) {
            self.at = end;
            return Ok(numbers);
        }
        // Not as a program writes it: the long way knows what is wrong.
        of(self.value()?)
    }

    fn text(&mut self) -> Result<Option<Cow<'a, str>>, Unreadable> {
        self.next_byte();
        if let Some(text) = self.text.get(self.at..).and_then(plain_text) {
            self.at += text.len() + 2;
            return Ok(Some(Cow::Borrowed(text)));
        }
        Ok(read::<Option<String>>(self.value()?.as_bytes())?.map(Cow::Owned))
    }

    /// Any value, as it stands.
    ///
    /// # Errors
    /// [`Unreadable`] when none begins here, or it is cut.
    pub fn value(&mut self) -> Result<&'a str, Unreadable> {
        self.next_byte();
        let end = end_of_value(self.text.as_bytes(), self.at).ok_or(Unreadable::NotJson)?;
        let value = self.text.get(self.at..end).ok_or(Unreadable::NotJson)?;
        self.at = end;
        Ok(value)
    }

    /// The next byte that is not a blank.
    fn next_byte(&mut self) -> Option<u8> {
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            if !byte.is_ascii_whitespace() {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    fn open(&mut self, bracket: u8) -> Result<(), Unreadable> {
        self.pass(bracket).map_err(|_| Unreadable::Shape)
    }

    fn pass(&mut self, mark: u8) -> Result<(), Unreadable> {
        if self.next_byte() != Some(mark) {
            return Err(Unreadable::NotJson);
        }
        self.at += 1;
        Ok(())
    }

    /// Whether another item follows, its comma passed; else the bracket is.
    fn goes_on(&mut self, close: u8, is_first: bool) -> Result<bool, Unreadable> {
        if self.next_byte() == Some(close) {
            self.at += 1;
            return Ok(false);
        }
        if !is_first {
            self.pass(b',')?;
        }
        Ok(true)
    }
}

/// A value by its type.
///
/// # Errors
/// [`Unreadable`] when it is not a `T`.
pub fn of<T: DeserializeOwned>(value: &str) -> Result<T, Unreadable> {
    match plain(value) {
        Some(text) => of_text(text),
        None => read(value.as_bytes()),
    }
}

/// A member that has to be there, by its type.
///
/// # Errors
/// [`Unreadable`] when it is not there, or not a `T`.
pub fn field<T: DeserializeOwned>(name: &'static str, value: Option<&str>) -> Result<T, Unreadable> {
    of(value.ok_or(Unreadable::Missing(name))?)
}

/// A number that counts something.
///
/// # Errors
/// [`Unreadable`] when it is anything else.
pub fn number(value: &str) -> Result<u64, Unreadable> {
    let is_plain = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| is_plain).map_or_else(|| read(value.as_bytes()), Ok)
}

/// What stands between quotes and nothing else, when it means what it looks like.
fn plain(value: &str) -> Option<&str> {
    plain_text(value).filter(|text| text.len() + 2 == value.len())
}

/// The text that begins here with its quote, when it means what it looks like.
fn plain_text(from: &str) -> Option<&str> {
    let text = from.strip_prefix('"')?;
    let end = text.bytes().position(|byte| matches!(byte, b'"' | b'\\'))?;
    (text.as_bytes().get(end) == Some(&b'"')).then(|| text.get(..end))?
}

/// The array of numbers that begins at `from`, in digits and commas alone, and where it ends.
fn digits(text: &[u8], from: usize) -> Option<(Vec<u32>, usize)> {
    let mut rest = text.get(from..)?.strip_prefix(b"[")?;
    let mut numbers = Vec::new();
    loop {
        // Most are below ten: a browser that has not made this loop fast yet goes round it half as often.
        while let [digit @ b'0'..=b'9', b',', after @ ..] = rest {
            numbers.push(u32::from(digit - b'0'));
            rest = after;
        }
        let mut number = None;
        while let [digit @ b'0'..=b'9', after @ ..] = rest {
            let above = number.unwrap_or(0_u32).checked_mul(10)?;
            number = Some(above.checked_add(u32::from(digit - b'0'))?);
            rest = after;
        }
        numbers.push(number?);
        match rest {
            [b',', after @ ..] => rest = after,
            [b']', after @ ..] => return Some((numbers, text.len() - after.len())),
            _ => return None,
        }
    }
}

/// Where the value that begins at `from` ends; `None` when none begins there, or it is cut.
fn end_of_value(text: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut depth) = (from, 0_usize);
    loop {
        match text.get(at)? {
            b'"' => at = end_of_text(text, at)?,
            b'[' | b'{' => {
                depth += 1;
                at += 1;
            }
            b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            byte if is_bare(*byte) => {
                at += text.get(at..)?.iter().take_while(|byte| is_bare(**byte)).count();
            }
            _ if depth == 0 => return None,
            _ => {
                at += 1;
                continue;
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Where the text that begins at `from`, with its quote, ends.
fn end_of_text(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Whether a number or a word may hold this byte.
fn is_bare(byte: u8) -> bool {
    !matches!(byte, b',' | b':' | b'"' | b'[' | b']' | b'{' | b'}') && !byte.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<i16>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
            "[a-zé\"\\\\\n,:\\[\\]{} ]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-zé,: ]{0,4}", inner, 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    fn read(value: &str) -> Value {
        serde_json::from_str(value).unwrap()
    }

    /// All of it, or nothing.
    fn whole<'a, T>(
        text: &'a str,
        read: impl Fn(&mut Lying<'a>) -> Result<T, Unreadable>,
    ) -> Result<T, Unreadable> {
        let mut lying = Lying::at_the_beginning_of(text);
        let value = read(&mut lying)?;
        lying.end()?;
        Ok(value)
    }

    fn values(text: &str) -> Result<Vec<&str>, Unreadable> {
        whole(text, Lying::values)
    }

    fn members(text: &str) -> Result<Vec<(&str, &str)>, Unreadable> {
        whole(text, |lying| {
            let mut members = Vec::new();
            lying.members(|name, lying| {
                members.push((name, lying.value()?));
                Ok::<_, Unreadable>(())
            })?;
            Ok(members)
        })
    }

    fn numbers(text: &str) -> Result<Vec<u32>, Unreadable> {
        whole(text, Lying::numbers)
    }

    fn text(text: &str) -> Result<Option<Cow<'_, str>>, Unreadable> {
        whole(text, Lying::text)
    }

    fn written(value: &Value, pretty: bool) -> String {
        let written = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
        written.unwrap()
    }

    proptest! {
        #[test]
        fn what_lies_in_a_text_is_what_its_tree_holds(tree in tree(), pretty in any::<bool>()) {
            let text = written(&tree, pretty);
            let (as_array, as_object) = (values(&text).ok(), members(&text).ok());
            let array: Option<Vec<Value>> = as_array.map(|items| items.into_iter().map(read).collect());
            prop_assert_eq!(array.as_ref(), tree.as_array());
            let object = as_object.map(|fields| {
                Value::Object(fields.iter().map(|(name, value)| ((*name).to_owned(), read(value))).collect())
            });
            prop_assert_eq!(object.as_ref(), tree.is_object().then_some(&tree));
        }

        #[test]
        fn a_cut_text_is_told_and_nothing_is_read_past_its_end(tree in tree(), at in any::<prop::sample::Index>()) {
            let text = written(&Value::Array(vec![tree]), false);
            let cuts: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
            let cut = &text[..cuts[at.index(cuts.len())]];
            let read_whole = |values: Vec<&str>| {
                values.into_iter().try_for_each(|value| crate::json::read::<Value>(value.as_bytes()).map(drop))
            };
            prop_assert!(values(cut).and_then(read_whole).is_err());
        }

        #[test]
        fn whatever_comes_is_read_or_refused(text in "[\\[\\]{}\",:\\\\a0 é]{0,24}") {
            let _ = (values(&text), members(&text), numbers(&text), self::text(&text));
        }

        #[test]
        fn numbers_are_those_of_the_tree(list in prop::collection::vec(any::<u32>(), 0..9), pretty in any::<bool>()) {
            prop_assert_eq!(numbers(&written(&Value::from(list.clone()), pretty)).unwrap(), list);
        }
    }

    #[test]
    fn what_is_no_list_of_small_numbers_is_refused() {
        for bad in
            ["", "[", "]", "[1,]", "[,1]", "[1 2]", "[-1]", "[1.5]", "[4294967296]", "{}", "[\"1\"]", "null"]
        {
            assert!(numbers(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_text_is_read_with_its_escapes() {
        assert_eq!(text(r#""œuf""#).unwrap().as_deref(), Some("œuf"));
        assert_eq!(text(r#""\u0153uf \"bio\"""#).unwrap().as_deref(), Some("œuf \"bio\""));
        assert_eq!(text("null").unwrap(), None);
        assert!(text("12").is_err() && text("\"").is_err() && text(r#""a" "b""#).is_err());
    }
}
