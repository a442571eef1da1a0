//! The templates of `public` and the places in them to fill.
//!
//! A placeholder is written `__NAME__`. Each one asked for must be there, and none may remain.

use crate::Error;

/// `text` with every `(placeholder, value)` put in.
///
/// # Errors
/// [`Error::MissingPlaceholder`] when one is not in the text, [`Error::UnknownPlaceholder`] when one remains.
pub fn fill(file: &str, text: &str, values: &[(&str, &str)]) -> Result<String, Error> {
    let mut filled = text.to_owned();
    for (placeholder, value) in values {
        if !text.contains(placeholder) {
            return Err(Error::MissingPlaceholder { file: file.into(), placeholder: (*placeholder).into() });
        }
        filled = filled.replace(placeholder, value);
    }
    match leftover(&filled) {
        Some(found) => Err(Error::UnknownPlaceholder { file: file.into(), placeholder: found.into() }),
        None => Ok(filled),
    }
}

/// A page without its comments and without what stands before and after each line: those are for who reads the source. The
/// pages hold no text where that would count.
#[must_use]
pub fn lighten(page: &str) -> String {
    let mut light = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, comment)) = rest.split_once("<!--") {
        light.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    light.push_str(rest);
    let lines = light.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The first `__CAPITALS__` still in the text.
fn leftover(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(start) = rest.find("__") {
        let after = rest.get(start + 2..)?;
        let length = after.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(after.len());
        if length > 0 && after.get(length..).is_some_and(|tail| tail.starts_with("__")) {
            return rest.get(start..start + 2 + length + 2);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_filled_wherever_it_stands() {
        let filled =
            fill("boot.js", "a(__WASM__); b(__WASM__, __BUILD__)", &[("__WASM__", "w"), ("__BUILD__", "7")]);
        assert_eq!(filled.unwrap(), "a(w); b(w, 7)");
    }

    #[test]
    fn a_light_page_says_the_same() {
        let page = "<p>\n  <!-- why\n  so -->\n  two words\n  and <b>more</b> <!-- x --><i>i</i>\n</p>\n";
        assert_eq!(lighten(page), "<p>\ntwo words\nand <b>more</b> <i>i</i>\n</p>");
        assert_eq!(lighten("a <!-- never closed"), "a");
    }

    #[test]
    fn a_lost_place_is_an_error() {
        let answer = fill("sw.js", "nothing here", &[("__BUILD__", "7")]);
        assert!(matches!(answer, Err(Error::MissingPlaceholder { file, placeholder })
                if file == "sw.js" && placeholder == "__BUILD__"));
    }

    #[test]
    fn a_place_nobody_fills_is_an_error() {
        let answer = fill("index.html", "__BUILD__ __GLUE__", &[("__BUILD__", "7")]);
        assert!(
            matches!(answer, Err(Error::UnknownPlaceholder { placeholder, .. }) if placeholder == "__GLUE__")
        );
    }

    #[test]
    fn other_underscores_are_left_alone() {
        let text = "__wbg_init __ ____ a__b";
        assert_eq!(fill("x", text, &[]).unwrap(), text);
    }
}
