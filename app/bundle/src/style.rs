//! The style sheets: many small files for those who write them, two hashed files for the browser.
//!
//! `index.html` links them, and a sheet brings in others by `@import url("…");` as it would in a browser; the order of
//! reading is the order of the file. What it links with `rel="later"` no browser fetches by itself: the app asks for that
//! sheet with the first of its later pieces.

use std::collections::BTreeMap;

use crate::Error;

const FIRST: &str = "<link rel=\"stylesheet\" href=\"/";
const LATER: &str = "<link rel=\"later\" href=\"/";
const IMPORT: &str = "@import url(\"";
const FOLDER: &str = "styles/";

/// `index.html` without its links to style sheets, and where they led: paths relative to `public`, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The page, with one link for each kind it had: to `__STYLE__` and to `__LATER_STYLE__`.
    pub page: String,
    /// What the first page looks like.
    pub first: Vec<String>,
    /// What the screens of later pieces look like.
    pub later: Vec<String>,
}

impl Linked {
    /// # Errors
    /// [`Error::NoStylesheet`] when a page links none to begin with.
    pub fn of(index: &str) -> Result<Self, Error> {
        let mut linked = Self { page: String::with_capacity(index.len()), first: vec![], later: vec![] };
        for line in index.split_inclusive('\n') {
            if let Some(path) = linked_path(line, FIRST) {
                linked.take(line, path, "__STYLE__", |linked| &mut linked.first);
            } else if let Some(path) = linked_path(line, LATER) {
                linked.take(line, path, "__LATER_STYLE__", |linked| &mut linked.later);
            } else {
                linked.page.push_str(line);
            }
        }
        if linked.first.is_empty() { Err(Error::NoStylesheet) } else { Ok(linked) }
    }

    fn take(&mut self, line: &str, path: &str, name: &str, kind: impl Fn(&mut Self) -> &mut Vec<String>) {
        if kind(self).is_empty() {
            self.page.push_str(&line.replace(&format!("\"/{path}\""), &format!("\"{name}\"")));
        }
        kind(self).push(path.to_owned());
    }
}

fn linked_path<'a>(line: &'a str, link: &str) -> Option<&'a str> {
    line.trim_start().strip_prefix(link)?.split('"').next()
}

/// What the browser fetches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheets {
    /// With the page.
    pub first: String,
    /// With the first of the later pieces; `None` when the page links none.
    pub later: Option<String>,
}

impl Sheets {
    /// What `linked` leads to, each file once, without comments and needless blanks.
    ///
    /// # Errors
    /// [`Error::MissingFile`] for a link or an import that leads nowhere, [`Error::UnlinkedStylesheet`] for a file of
    /// `styles` that nothing leads to.
    pub fn joined(linked: &Linked, public: &BTreeMap<String, Vec<u8>>) -> Result<Self, Error> {
        let mut read = Vec::new();
        let mut join = |links: &[String]| {
            let mut sheet = String::new();
            links.iter().try_for_each(|link| read_sheet(link, public, &mut sheet, &mut read)).map(|()| sheet)
        };
        let first = join(&linked.first)?;
        let later = if linked.later.is_empty() { None } else { Some(join(&linked.later)?) };
        let mut sheets = public.keys().filter(|path| path.starts_with(FOLDER) && path.ends_with(".css"));
        match sheets.find(|path| !read.contains(*path)) {
            Some(forgotten) => Err(Error::UnlinkedStylesheet(forgotten.clone())),
            None => Ok(Self { first, later }),
        }
    }
}

fn read_sheet(
    path: &str,
    public: &BTreeMap<String, Vec<u8>>,
    sheet: &mut String,
    read: &mut Vec<String>,
) -> Result<(), Error> {
    if read.iter().any(|known| known == path) {
        return Ok(());
    }
    read.push(path.to_owned());
    let bytes = public.get(path).ok_or_else(|| Error::MissingFile(path.to_owned()))?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (mut own, text) = (String::new(), String::from_utf8_lossy(bytes));
    for line in text.split_inclusive('\n') {
        match line.trim_start().strip_prefix(IMPORT).and_then(|rest| rest.split('"').next()) {
            None => own.push_str(line),
            Some(import) => {
                push_light(sheet, &std::mem::take(&mut own));
                read_sheet(format!("{folder}/{import}").trim_start_matches('/'), public, sheet, read)?;
            }
        }
    }
    push_light(sheet, &own);
    Ok(())
}

fn push_light(sheet: &mut String, css: &str) {
    let light = lighten(css);
    if !light.is_empty() {
        sheet.push_str(&light);
        sheet.push('\n');
    }
}

/// Drops comments and the blanks that mean nothing. Strings are copied as they are.
pub fn lighten(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut chars = css.chars().peekable();
    let mut blank = false;
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'*') => {
                chars.next();
                skip_comment(&mut chars);
                blank = true;
            }
            c if c.is_whitespace() => blank = true,
            c => {
                if blank && needs_blank(out.chars().last(), c) {
                    out.push(' ');
                }
                blank = false;
                out.push(c);
                if c == '"' || c == '\'' {
                    copy_string(c, &mut chars, &mut out);
                }
            }
        }
    }
    out
}

/// Around `{ } ; ,` a blank never matters; elsewhere it may (`a :hover`, `1px + 2px`).
fn needs_blank(before: Option<char>, after: char) -> bool {
    let mute = |c: char| matches!(c, '{' | '}' | ';' | ',');
    before.is_some_and(|c| !mute(c)) && !mute(after)
}

fn skip_comment(chars: &mut impl Iterator<Item = char>) {
    let mut star = false;
    for c in chars {
        if star && c == '/' {
            return;
        }
        star = c == '*';
    }
}

fn copy_string(quote: char, chars: &mut impl Iterator<Item = char>, out: &mut String) {
    let mut escaped = false;
    for c in chars {
        out.push(c);
        if c == quote && !escaped {
            return;
        }
        escaped = c == '\\' && !escaped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        files.iter().map(|(path, css)| ((*path).to_owned(), css.as_bytes().to_vec())).collect()
    }

    fn joined(links: &[&str], files: &[(&str, &str)]) -> Result<String, Error> {
        let first = links.iter().map(|link| (*link).to_owned()).collect();
        let linked = Linked { page: String::new(), first, later: vec![] };
        Sheets::joined(&linked, &public(files)).map(|sheets| sheets.first)
    }

    #[test]
    fn links_become_one_in_the_place_of_the_first() {
        let index = concat!(
            "<head>\n",
            "  <link rel=\"stylesheet\" href=\"/boot.css\">\n",
            "  <meta name=\"x\">\n",
            "  <link rel=\"stylesheet\" href=\"/styles/index.css\">\n",
            "  <link rel=\"later\" href=\"/styles/later.css\" id=\"later\">\n",
            "</head>\n"
        );
        let linked = Linked::of(index).unwrap();
        let expected = concat!(
            "<head>\n",
            "  <link rel=\"stylesheet\" href=\"__STYLE__\">\n",
            "  <meta name=\"x\">\n",
            "  <link rel=\"later\" href=\"__LATER_STYLE__\" id=\"later\">\n",
            "</head>\n"
        );
        assert_eq!(linked.page, expected);
        assert_eq!(linked.first, ["boot.css", "styles/index.css"]);
        assert_eq!(linked.later, ["styles/later.css"]);
        assert!(matches!(Linked::of("<head>"), Err(Error::NoStylesheet)));
    }

    #[test]
    fn what_the_first_sheet_says_the_later_one_does_not_repeat() {
        let files = [
            ("styles/index.css", "@import url(\"a.css\");"),
            ("styles/later.css", "@import url(\"a.css\");\n@import url(\"b.css\");"),
            ("styles/a.css", "a{}"),
            ("styles/b.css", "b{}"),
        ];
        let (first, later) = (vec!["styles/index.css".to_owned()], vec!["styles/later.css".to_owned()]);
        let sheets = Sheets::joined(&Linked { page: String::new(), first, later }, &public(&files)).unwrap();
        assert_eq!(sheets, Sheets { first: "a{}\n".into(), later: Some("b{}\n".into()) });
    }

    #[test]
    fn imports_are_read_in_place_and_once() {
        let files = [
            ("boot.css", "b{}"),
            (
                "styles/index.css",
                "@layer x, y;\n@import url(\"parts/a.css\");\n@import url(\"z.css\");\nend{}",
            ),
            ("styles/parts/a.css", "@import url(\"b.css\");\na{}"),
            ("styles/parts/b.css", "/* b */ deep{}"),
            ("styles/z.css", "z{}"),
        ];
        let sheet = joined(&["boot.css", "styles/index.css", "styles/z.css"], &files).unwrap();
        assert_eq!(sheet, "b{}\n@layer x,y;\ndeep{}\na{}\nz{}\nend{}\n");
    }

    #[test]
    fn a_sheet_that_nothing_leads_to_is_an_error() {
        let answer = joined(&["styles/a.css"], &[("styles/a.css", ""), ("styles/forgotten.css", "")]);
        assert!(matches!(answer, Err(Error::UnlinkedStylesheet(path)) if path == "styles/forgotten.css"));
    }

    #[test]
    fn an_import_that_leads_nowhere_is_an_error() {
        let answer = joined(&["styles/a.css"], &[("styles/a.css", "@import url(\"gone.css\");")]);
        assert!(matches!(answer, Err(Error::MissingFile(path)) if path == "styles/gone.css"));
    }

    #[test]
    fn lighter_but_the_same() {
        let css = "/* why */\na  :hover ,\n b { width: calc(1px + 2px); content: \"a  /* b */ \\\" ; \" }\n";
        assert_eq!(lighten(css), "a :hover,b{width: calc(1px + 2px);content: \"a  /* b */ \\\" ; \"}");
    }
}
