//! The house checks itself: what the README and the workspace promise about the shape of the project, verified.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the project").to_owned()
}

/// Files git tracks, as paths from the root.
fn tracked() -> Vec<String> {
    let listed =
        Command::new("git").args(["ls-files"]).current_dir(root()).output().expect("git lists files");
    String::from_utf8(listed.stdout).expect("paths are UTF-8").lines().map(str::to_owned).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn sources(under: &str) -> Vec<(String, String)> {
    let inside = |path: &String| path.starts_with(under) && path.ends_with(".rs");
    tracked().into_iter().filter(inside).map(|path| (path.clone(), read(&path))).collect()
}

/// The part of a source file before its tests: what the rules below are about.
fn without_tests(source: &str) -> &str {
    source.split("#[cfg(test)]").next().unwrap_or(source)
}

#[test]
fn the_top_level_is_exactly_what_was_agreed() {
    let tops: BTreeSet<String> = tracked()
        .iter()
        .filter_map(|path| path.split('/').next())
        .filter(|top| !top.starts_with('.') && *top != "Cargo.lock")
        .map(str::to_owned)
        .collect();
    let agreed = ["Cargo.toml", "README.md", "app", "public", "server", "tests"];
    assert_eq!(tops, agreed.map(str::to_owned).into());
}

/// The normal dependencies a manifest names.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let text = read(manifest);
    let section = text.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    lines
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_domain_knows_nobody_and_the_server_knows_neither_replica_nor_app() {
    let values = ["jiff", "rust_decimal", "serde", "serde_json", "sha2", "thiserror", "uuid", "utoipa"];
    let tables = ["hashbrown", "rustc-hash"];
    let allowed = [&values[..], &tables].concat();
    let domain = dependencies("app/domain/Cargo.toml");
    assert!(domain.iter().all(|name| allowed.contains(&name.as_str())), "domain depends on {domain:?}");
    let replica = dependencies("app/replica/Cargo.toml");
    for forbidden in
        ["rexie", "gloo", "gloo-net", "web-sys", "js-sys", "wasm-bindgen", "tokio", "axum", "leptos"]
    {
        assert!(!replica.contains(forbidden), "replica must stay without I/O, it names {forbidden}");
    }
    let server = dependencies("server/Cargo.toml");
    assert!(!server.contains("replica") && !server.contains("app"), "server names {server:?}");
}

#[test]
fn no_rule_reads_a_clock_or_rolls_a_die_and_no_money_is_a_float() {
    let forbidden =
        ["SystemTime", "Instant::now", "Date::now", "now_v7", "new_v4", "getrandom", "f32", "f64"];
    for (path, source) in sources("app/domain/src/") {
        for word in forbidden {
            // Search ranks by score; the reader of JSON names every kind of number there is. Neither counts money.
            let ranks_or_reads =
                ["app/domain/src/search", "app/domain/src/json.rs"].iter().any(|part| path.starts_with(part));
            let excused = ranks_or_reads && word.starts_with('f');
            assert!(excused || !without_tests(&source).contains(word), "{path} says {word}");
        }
    }
}

#[test]
fn sql_lives_in_the_store_only() {
    for (path, source) in sources("server/src/") {
        if path.starts_with("server/src/store") {
            continue;
        }
        for verb in ["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE ", "sqlx::", "rusqlite::"] {
            assert!(!source.contains(verb), "{path} speaks SQL: {verb}");
        }
    }
}

#[test]
fn screens_talk_to_the_state_never_to_the_network_or_the_storage() {
    for (path, source) in sources("app/src/screens/").into_iter().chain(sources("app/src/parts/")) {
        for word in ["gloo_net", "rexie", "crate::device", "fetch_with"] {
            assert!(!source.contains(word), "{path} reaches past app/state: {word}");
        }
    }
}

#[test]
fn both_engines_have_the_same_migrations_in_the_same_order() {
    let names = |engine: &str| -> Vec<String> {
        let folder = format!("server/migrations/{engine}/");
        let mut names: Vec<_> =
            tracked().iter().filter_map(|path| path.strip_prefix(&folder)).map(str::to_owned).collect();
        names.sort();
        names
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn no_file_outgrows_what_a_reader_can_hold() {
    for (path, source) in sources("") {
        let lines = source.lines().count();
        assert!(lines <= 700, "{path} has {lines} lines: two things live in it");
    }
}

#[test]
fn the_readme_names_files_that_exist() {
    let readme = read("README.md");
    let mut named = 0;
    for word in readme.split(['`', ' ', '(', ')', '\n', ',', ';']) {
        let is_path =
            word.contains('/') && !word.contains("//") && word.ends_with(".rs") && !word.contains('*');
        if is_path {
            named += 1;
            assert!(root().join(word).exists(), "README names {word}, which does not exist");
        }
    }
    assert!(named >= 10, "the README should lead its reader to files; it names {named}");
}

#[test]
fn the_two_commands_are_defined() {
    let config = read(".cargo/config.toml");
    for alias in ["start", "verify", "bench-all"] {
        assert!(config.lines().any(|line| line.starts_with(&format!("{alias} = "))), "no alias {alias}");
    }
}

#[test]
fn no_address_of_a_machine_or_of_another_site_is_written_down() {
    for path in tracked().iter().filter(|path| !path.ends_with(".lock")) {
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        for hint in ["/home/", "/root/", "/Users/"] {
            assert!(!text.contains(hint) || path == "tests/tidy.rs", "{path} names a folder of one machine");
        }
    }
}
