//! The style sheets of `public/styles`: many small files for those who write them, one hashed file for the browser.
//!
//! `index.html` is the list: its `<link rel="stylesheet" href="/…">` lines, in order. A line that ends in `/*.css` brings
//! in the rest of that folder, in alphabetical order; with one `@layer` statement in the first file, order says nothing
//! more there.

use std::collections::BTreeMap;

use crate::Error;

const LINK: &str = "<link rel=\"stylesheet\" href=\"/";
const FOLDER: &str = "styles/";

/// `index.html` with its style links replaced by one, to `__STYLE__`; and the paths they named, in order, relative to
/// `public`.
///
/// # Errors
/// [`Error::NoStylesheet`], [`Error::MissingFile`], [`Error::UnlinkedStylesheet`].
pub fn take_links(index: &str, public: &BTreeMap<String, Vec<u8>>) -> Result<(String, Vec<String>), Error> {
    let mut page = String::with_capacity(index.len());
    let mut links = Vec::new();
    for line in index.split_inclusive('\n') {
        match linked_path(line) {
            None => page.push_str(line),
            Some(path) => {
                if links.is_empty() {
                    page.push_str(
                        &line.replace(path, "__STYLE__").replace("\"/__STYLE__\"", "\"__STYLE__\""),
                    );
                }
                links.push(path);
            }
        }
    }
    if links.is_empty() {
        return Err(Error::NoStylesheet);
    }
    let files = expand(&links, public)?;
    let forgotten = sheets(public, FOLDER).find(|sheet| !files.contains(sheet));
    match forgotten {
        Some(sheet) => Err(Error::UnlinkedStylesheet(sheet)),
        None => Ok((page, files)),
    }
}

/// One style sheet: the files in order, without comments and needless blanks.
pub fn concatenate(files: &[String], public: &BTreeMap<String, Vec<u8>>) -> Result<String, Error> {
    let mut all = String::new();
    for file in files {
        let bytes = public.get(file).ok_or_else(|| Error::MissingFile(file.clone()))?;
        all.push_str(&lighten(&String::from_utf8_lossy(bytes)));
        all.push('\n');
    }
    Ok(all)
}

fn linked_path(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix(LINK)?.split('"').next()
}

fn expand(links: &[&str], public: &BTreeMap<String, Vec<u8>>) -> Result<Vec<String>, Error> {
    let mut files: Vec<String> = Vec::new();
    for link in links {
        if let Some(folder) = link.strip_suffix("*.css") {
            let named: Vec<String> = links.iter().map(|link| (*link).to_owned()).collect();
            files.extend(sheets(public, folder).filter(|sheet| !named.contains(sheet)));
        } else if public.contains_key(*link) {
            files.push((*link).to_owned());
        } else {
            return Err(Error::MissingFile((*link).to_owned()));
        }
    }
    Ok(files)
}

fn sheets(public: &BTreeMap<String, Vec<u8>>, folder: &str) -> impl Iterator<Item = String> {
    public.keys().filter(move |path| path.starts_with(folder) && path.ends_with(".css")).cloned()
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

    fn public(paths: &[&str]) -> BTreeMap<String, Vec<u8>> {
        paths.iter().map(|path| ((*path).to_owned(), format!("/* {path} */").into_bytes())).collect()
    }

    #[test]
    fn links_become_one_and_keep_their_order() {
        let index = concat!(
            "<head>\n",
            "  <link rel=\"stylesheet\" href=\"/boot.css\">\n",
            "  <link rel=\"stylesheet\" href=\"/styles/z-layers.css\">\n",
            "  <link rel=\"stylesheet\" href=\"/styles/*.css\">\n",
            "</head>\n"
        );
        let files =
            public(&["boot.css", "styles/a.css", "styles/parts/b.css", "styles/z-layers.css", "x.svg"]);
        let (page, order) = take_links(index, &files).unwrap();
        assert_eq!(page, "<head>\n  <link rel=\"stylesheet\" href=\"__STYLE__\">\n</head>\n");
        assert_eq!(order, ["boot.css", "styles/z-layers.css", "styles/a.css", "styles/parts/b.css"]);
    }

    #[test]
    fn a_sheet_that_nobody_links_is_an_error() {
        let index = "<link rel=\"stylesheet\" href=\"/styles/a.css\">\n";
        let answer = take_links(index, &public(&["styles/a.css", "styles/forgotten.css"]));
        assert!(matches!(answer, Err(Error::UnlinkedStylesheet(path)) if path == "styles/forgotten.css"));
    }

    #[test]
    fn a_link_to_nothing_is_an_error() {
        let index = "<link rel=\"stylesheet\" href=\"/styles/a.css\">\n";
        assert!(
            matches!(take_links(index, &public(&[])), Err(Error::MissingFile(path)) if path == "styles/a.css")
        );
        assert!(matches!(take_links("<head>", &public(&[])), Err(Error::NoStylesheet)));
    }

    #[test]
    fn lighter_but_the_same() {
        let css = "/* why */\na  :hover ,\n b { width: calc(1px + 2px); content: \"a  /* b */ \\\" ; \" }\n";
        assert_eq!(lighten(css), "a :hover,b{width: calc(1px + 2px);content: \"a  /* b */ \\\" ; \"}");
    }
}
