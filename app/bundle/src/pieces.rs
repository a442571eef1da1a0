//! Cuts the compiled app at its marked functions (`app/src/app/pieces.rs` says which pieces there are): the first module, and
//! those fetched when they are first needed.

use std::{collections::BTreeMap, fs, path::Path};

use wasm_split_cli_support::{Options, transform};

use crate::{Error, wasm_sections};

/// The script that fetches the pieces, as the first module imports it.
pub const SCRIPT: &str = "./pieces.js";
/// The glue, as the script of the pieces imports it.
pub const GLUE: &str = "./app.js";

const FIRST: &str = "first.wasm";

/// Classes that a dependency offers to JavaScript and nothing hands to it: wasm-streams', which leptos takes along for calls
/// of its own servers. What is offered by name can never be seen to be dead; without their names it leaves, 3 KB compressed.
const UNUSED_CLASSES: [&str; 3] = ["intounderlyingsource", "intounderlyingbytesource", "intounderlyingsink"];

/// What comes beside the first module. Files call each other `./name`, as neighbors of one folder.
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    /// The text of [`SCRIPT`].
    pub script: String,
    /// The modules, by the name the script has for them: `./split_kitchen.wasm`.
    pub modules: BTreeMap<String, Vec<u8>>,
}

/// The first module, still to go through the generator, and the pieces. `folder` is emptied and used.
///
/// # Errors
/// [`Error::Cutter`], [`Error::File`].
pub fn cut(module: &[u8], folder: &Path) -> Result<(Vec<u8>, Pieces), Error> {
    let first = folder.join(FIRST);
    let module = wasm_sections::without_exports(module, belongs_to_an_unused_class);
    let mut options = Options::new(&module);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.link_name = SCRIPT;
    options.main_module = GLUE;
    let cut = transform(options).map_err(|error| Error::Cutter(format!("{error:#}")))?;
    let read = |path: &Path| fs::read(path).map_err(|source| Error::File { path: path.to_owned(), source });
    let mut pieces = Pieces::default();
    for path in &cut.split_modules {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        pieces.modules.insert(format!("./{name}"), wasm_sections::bare(&read(path)?));
    }
    pieces.script = String::from_utf8_lossy(&read(&folder.join(SCRIPT))?).into_owned();
    Ok((read(&first)?, pieces))
}

/// Whether an export is a method of such a class, its end, or what the generator runs to learn of a method.
fn belongs_to_an_unused_class(export: &str) -> bool {
    let method = export.trim_start_matches("__wbindgen_describe_").trim_start_matches("__wbg_");
    UNUSED_CLASSES.iter().any(|class| method.strip_prefix(class).is_some_and(|rest| rest.starts_with('_')))
}
