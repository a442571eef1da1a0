//! Short names for what the module takes from the glue. The generator's carry a hash each, two hundred times over, in the
//! module and in the glue: a fiftieth of what a tablet downloads, and nobody ever reads them.

use std::collections::BTreeMap;

/// What the generator puts before the name of a function of the browser.
const OF_THE_BROWSER: &str = "__wbg_";

/// For each of the generator's names its short one, in the order they come; other names stay as they are.
pub(crate) fn shortened<'n>(names: impl Iterator<Item = &'n str>) -> BTreeMap<String, String> {
    let mut short = BTreeMap::new();
    for name in names.filter(|name| name.starts_with(OF_THE_BROWSER)) {
        let next = format!("_{}", short.len());
        short.entry(name.to_owned()).or_insert(next);
    }
    short
}

/// The script with the short names in it.
pub(crate) fn renamed(script: &str, short: &BTreeMap<String, String>) -> String {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$');
    let mut renamed = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find(is_of_name) {
        let (between, from) = rest.split_at(start);
        let end = from.find(|letter| !is_of_name(letter)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        renamed.push_str(between);
        renamed.push_str(short.get(name).map_or(name, String::as_str));
        rest = after;
    }
    renamed + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_browser_become_short_in_the_script_and_others_stay() {
        let names = ["__wbg_item_0a1b", "__wbindgen_init", "__wbg_item_0a1b", "__wbg_item_0a1bc"];
        let short = shortened(names.into_iter());
        assert_eq!(short.len(), 2);
        let script =
            "x = { __wbg_item_0a1b: f, __wbg_item_0a1bc: __wbindgen_init, $__wbg_item_0a1b: 1 } // é";
        assert_eq!(renamed(script, &short), "x = { _0: f, _1: __wbindgen_init, $__wbg_item_0a1b: 1 } // é");
    }
}
