//! What a kitchen says of a whole order, beside its lines: how many covers it is for, and a word to the hub.
//!
//! Tablets share it with the draft, field by field. Of two things said without having seen each other the last one that
//! arrives stands; a text it took the place of is kept and announced, until somebody who sees it decides. The order that is
//! sent from the draft says what the draft says, and follows it until the cut-off.
//!
//! A field says a text, covers too: one rule for both, and on a tablet one reader.

use serde::{Deserialize, Serialize};

use crate::planted::{Bug, planted};

/// What a field may be about.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// How many meals the order is for: 1 to [`Field::MOST_COVERS`], in digits.
    Covers,
    /// A word to the hub.
    Comment,
}

impl Field {
    /// The most covers one order is for.
    pub const MOST_COVERS: u32 = 50_000;

    /// What a text says in this field.
    ///
    /// # Errors
    /// [`BadSaying`] when it says nothing, too much, or no number of covers.
    pub fn parse(self, text: &str) -> Result<Saying, BadSaying> {
        let saying = Saying::try_from(text.trim().to_owned())?;
        if self.takes(&saying) { Ok(saying) } else { Err(BadSaying) }
    }

    fn takes(self, saying: &Saying) -> bool {
        match self {
            Self::Comment => true,
            Self::Covers => {
                let count = saying.0.parse().unwrap_or(0);
                (1..=Self::MOST_COVERS).contains(&count) && count.to_string() == saying.0
            }
        }
    }
}

/// What a field says: one to 500 characters, none of them white at either end.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = String))]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Saying(String);

/// Not what a field may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what a field may say")]
pub struct BadSaying;

impl Saying {
    /// Characters it holds at most.
    pub const LONGEST: usize = 500;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Saying {
    type Error = BadSaying;
    fn try_from(text: String) -> Result<Self, BadSaying> {
        let fits = text.trim() == text && (1..=Self::LONGEST).contains(&text.chars().count());
        if fits { Ok(Self(text)) } else { Err(BadSaying) }
    }
}

impl From<Saying> for String {
    fn from(saying: Saying) -> Self {
        saying.0
    }
}

/// What is said of a whole draft or order.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Header {
    /// How many covers it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Saying>,
    /// A word to the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Saying>,
}

/// One field as somebody saw it and as they want it; `None` is an empty field.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEdit {
    /// Which field.
    pub name: Field,
    /// What the draft said, as they saw it.
    pub seen: Option<Saying>,
    /// What they want it to say.
    pub value: Option<Saying>,
    /// Whether they were shown what is announced of the field, and this is their answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decides: bool,
}

/// More of what was replaced than this is not kept: the oldest goes.
const MOST_REPLACED: usize = 20;

/// What a draft says, and what it said and somebody took the place of unseen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SharedHeader {
    /// What stands.
    #[serde(default, skip_serializing_if = "Header::is_empty")]
    pub stands: Header,
    /// What does not, oldest first: each says one field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<Header>,
}

impl Header {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What a field says.
    #[must_use]
    pub fn get(&self, name: Field) -> Option<&Saying> {
        match name {
            Field::Covers => self.covers.as_ref(),
            Field::Comment => self.comment.as_ref(),
        }
    }

    /// The fields that say something.
    pub fn says(&self) -> impl Iterator<Item = (Field, &Saying)> {
        [Field::Covers, Field::Comment].into_iter().filter_map(|name| Some((name, self.get(name)?)))
    }

    fn get_mut(&mut self, name: Field) -> &mut Option<Saying> {
        match name {
            Field::Covers => &mut self.covers,
            Field::Comment => &mut self.comment,
        }
    }
}

impl FieldEdit {
    /// Of a field that says `seen`, to `value`.
    #[must_use]
    pub fn new(name: Field, seen: Option<Saying>, value: Option<Saying>) -> Self {
        Self { name, seen, value, decides: false }
    }

    /// This change, and after it another of the same field, of somebody who saw it.
    #[must_use]
    pub fn then(self, after: &Self) -> Self {
        let (value, decides) = (after.value.clone(), self.decides || after.decides);
        Self { value, decides, ..self }
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.seen == self.value && !self.decides
    }

    /// Whether the field may say what it is to say.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.seen.iter().chain(&self.value).all(|saying| self.name.takes(saying))
    }

    /// What would make a draft that says `from` say `to`.
    #[must_use]
    pub fn between(from: &Header, to: &Header) -> Vec<Self> {
        let of = |name| Self::new(name, from.get(name).cloned(), to.get(name).cloned());
        let mut edits = vec![of(Field::Covers), of(Field::Comment)];
        edits.retain(|edit| !edit.is_nothing());
        edits
    }
}

impl SharedHeader {
    /// Whether nothing is said, nor was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes in a change of one field.
    pub fn edit(&mut self, edit: &FieldEdit) {
        let &FieldEdit { name, ref seen, ref value, decides } = edit;
        let standing = self.stands.get_mut(name);
        if decides && standing == seen {
            self.replaced.retain(|replaced| replaced.get(name).is_none());
        }
        if seen == value {
            return;
        }
        let is_lost = standing != seen && standing != value;
        let before = std::mem::replace(standing, value.clone());
        if before.is_some() && is_lost && !planted(Bug::ReplacedNotKept) {
            let mut lost = Header::default();
            *lost.get_mut(name) = before;
            self.replaced.retain(|known| *known != lost);
            self.replaced.push(lost);
            let beyond = self.replaced.len().saturating_sub(MOST_REPLACED);
            self.replaced.drain(..beyond);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(seen: &str, value: &str) -> FieldEdit {
        let saying = |text: &str| (!text.is_empty()).then(|| Field::Comment.parse(text).unwrap());
        FieldEdit::new(Field::Comment, saying(seen), saying(value))
    }

    fn decided(seen: &str, value: &str) -> FieldEdit {
        FieldEdit { decides: true, ..said(seen, value) }
    }

    fn covers(seen: Option<&str>, value: Option<&str>) -> FieldEdit {
        let [seen, value] = [seen, value].map(|text| text.map(|text| Field::Covers.parse(text).unwrap()));
        FieldEdit::new(Field::Covers, seen, value)
    }

    /// What a header says, and what is announced, after some changes.
    fn after(edits: &[FieldEdit]) -> (String, Vec<String>) {
        let mut header = SharedHeader::default();
        edits.iter().for_each(|edit| header.edit(edit));
        let stands = header.stands.comment.map(String::from).unwrap_or_default();
        let replaced = header.replaced.iter().flat_map(Header::says);
        (stands, replaced.map(|(_, said)| said.as_str().to_owned()).collect())
    }

    #[test]
    fn of_two_comments_the_last_stands_and_the_other_is_announced() {
        let cases: [(&[FieldEdit], &str, &[&str]); 8] = [
            (&[said("", "quai nord")], "quai nord", &[]),
            (&[said("", "quai nord"), said("quai nord", "quai sud")], "quai sud", &[]),
            (&[said("", "quai nord"), said("", "quai sud")], "quai sud", &["quai nord"]),
            (&[said("", "quai nord"), said("", "quai nord")], "quai nord", &[]),
            // A text that somebody takes away unseen is not lost either.
            (&[said("", "a"), said("a", "b"), said("a", "")], "", &["b"]),
            (&[said("", "a"), said("", "b"), decided("b", "a")], "a", &[]),
            // An answer to what was announced before something else was said does not answer that.
            (&[said("", "a"), said("", "b"), said("b", "c"), decided("b", "b")], "c", &["a"]),
            (&[said("", "a"), said("", "b"), said("a", "a")], "b", &["a"]),
        ];
        for (edits, stands, replaced) in cases {
            let replaced = replaced.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(after(edits), (stands.to_owned(), replaced), "{edits:?}");
        }
    }

    #[test]
    fn covers_and_comment_do_not_meet() {
        let count = covers(None, Some("120"));
        let (stands, replaced) = after(&[said("", "quai nord"), count.clone()]);
        assert_eq!((stands.as_str(), replaced.len()), ("quai nord", 0));
        assert_eq!(count.then(&covers(Some("120"), Some("90"))), covers(None, Some("90")));
    }

    #[test]
    fn what_no_field_may_say_is_not_read() {
        for text in ["", "  ", " a", "a\n", &"é".repeat(501)] {
            assert!(serde_json::from_value::<Saying>(text.into()).is_err(), "{text:?}");
        }
        assert!(serde_json::from_value::<Saying>("é".repeat(500).into()).is_ok());
        assert_eq!(Field::Comment.parse("  quai nord \n").unwrap().as_str(), "quai nord");
        for text in ["0", "50001", "012", "+5", "-5", "1.5", "douze", ""] {
            assert!(Field::Covers.parse(text).is_err(), "{text}");
        }
        assert_eq!(Field::Covers.parse(" 50000 ").unwrap().as_str(), "50000");
        let mixed = FieldEdit { name: Field::Covers, ..said("", "quai nord") };
        assert!(!mixed.is_sound() && said("", "quai nord").is_sound());
    }

    #[test]
    fn what_is_between_two_headers_makes_one_of_the_other() {
        let comment = Field::Comment.parse("quai nord").ok();
        let one = Header { covers: Field::Covers.parse("90").ok(), comment: comment.clone() };
        let other = Header { covers: None, comment };
        for (from, to, count) in
            [(&one, &other, 1), (&other, &one, 1), (&one, &one, 0), (&Header::default(), &one, 2)]
        {
            let mut header = SharedHeader { stands: from.clone(), replaced: Vec::new() };
            let edits = FieldEdit::between(from, to);
            edits.iter().for_each(|edit| header.edit(edit));
            assert_eq!((edits.len(), &header.stands, header.replaced.len()), (count, to, 0));
        }
    }
}
