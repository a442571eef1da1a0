//! The style sheets: many small files for those who write them, one hashed file for the browser.
//!
//! `index.html` links them, and a sheet brings in others by `@import url("…");` as it would in a browser; the order of
//! reading is the order of the one file.

use std::collections::BTreeMap;

use crate::Error;

const LINK: &str = "<link rel=\"stylesheet\" href=\"/";
const IMPORT: &str = "@import url(\"";
const FOLDER: &str = "styles/";

/// `index.html` with its style links replaced by one, to `__STYLE__`; and the paths they named, in order, relative to
/// `public`.
///
/// # Errors
/// [`Error::NoStylesheet`].
pub fn take_links(index: &str) -> Result<(String, Vec<String>), Error> {
    let mut page = String::with_capacity(index.len());
    let mut links = Vec::new();
    for line in index.split_inclusive('\n') {
        match linked_path(line) {
            None => page.push_str(line),
            Some(path) => {
                if links.is_empty() {
                    page.push_str(&line.replace(&format!("\"/{path}\""), "\"__STYLE__\""));
                }
                links.push(path.to_owned());
            }
        }
    }
    if links.is_empty() { Err(Error::NoStylesheet) } else { Ok((page, links)) }
}

/// One style sheet: `links` and what they import, in order, each file once, without comments and needless blanks.
///
/// # Errors
/// [`Error::MissingFile`] for a link or an import that leads nowhere, [`Error::UnlinkedStylesheet`] for a file of
/// `styles` that nothing leads to.
pub fn join(links: &[String], public: &BTreeMap<String, Vec<u8>>) -> Result<String, Error> {
    let (mut sheet, mut read) = (String::new(), Vec::new());
    for link in links {
        read_sheet(link, public, &mut sheet, &mut read)?;
    }
    let sheets = public.keys().filter(|path| path.starts_with(FOLDER) && path.ends_with(".css"));
    match sheets.into_iter().find(|path| !read.contains(*path)) {
        Some(forgotten) => Err(Error::UnlinkedStylesheet(forgotten.clone())),
        None => Ok(sheet),
    }
}

fn linked_path(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix(LINK)?.split('"').next()
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
        join(&links.iter().map(|link| (*link).to_owned()).collect::<Vec<_>>(), &public(files))
    }

    #[test]
    fn links_become_one_in_the_place_of_the_first() {
        let index = concat!(
            "<head>\n",
            "  <link rel=\"stylesheet\" href=\"/boot.css\">\n",
            "  <meta name=\"x\">\n",
            "  <link rel=\"stylesheet\" href=\"/styles/index.css\">\n",
            "</head>\n"
        );
        let (page, links) = take_links(index).unwrap();
        let expected =
            "<head>\n  <link rel=\"stylesheet\" href=\"__STYLE__\">\n  <meta name=\"x\">\n</head>\n";
        assert_eq!(page, expected);
        assert_eq!(links, ["boot.css", "styles/index.css"]);
        assert!(matches!(take_links("<head>"), Err(Error::NoStylesheet)));
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
