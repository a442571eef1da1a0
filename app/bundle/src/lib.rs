//! Turns `app` and `public` into one hashed, precached, compressed set of files.
//!
//! ```text
//!  app ──cargo──► .wasm ──cut──┬─► first module ──bindgen──► glue + wasm ─┐
//!                              └─► pieces, and what fetches them ─────────┼─► assemble ──► files + build.json ──► .br .gz
//!  public ── index.html boot.js sw.js styles … ───────────────────────────┘   (pure)
//! ```
//!
//! What holds afterwards:
//!
//! 1. One [`Manifest`] names every file of a build with its SHA-256. The worker keeps exactly that set, whole or not at
//!    all; nobody else keeps a list.
//! 2. What `index.html` starts (glue, wasm and its pieces, style sheet, boot script) carries its content's hash in its name,
//!    the glue its build's id, for it and the script of the pieces name each other: two builds never share such a name, so
//!    nothing can mix them. Everything else keeps its own name and is revalidated.
//! 3. The build's id is written into the page, the boot script, the glue **and** the wasm; `boot.js` compares the four
//!    before it starts anything. A mixed set says so instead of failing in the middle.
//! 4. A placeholder that is missing, or left over, is an error here and not a white page there.
//!
//! The pure part is [`assemble`] and what it calls; [`project`] runs cargo and the generator and writes the folder.
//! `server/build.rs` and `cargo start` run this crate's binary: it is compiled once, in its own target folder, for every
//! profile of the server.
//!
//! Not kept here: the hashed files of earlier builds. A server that wants to serve them for tablets still on the old page
//! finds one folder per build id beside its data; this crate only ever writes the build of today.

pub mod assemble;
pub mod compress;
pub mod digest;
pub mod manifest;
pub mod pieces;
pub mod project;
mod short_names;
pub mod style;
pub mod template;
mod toolchain;
pub mod wasm_sections;

pub use assemble::{Asset, Inputs, Shell, assemble};
pub use manifest::{Manifest, ManifestFile};
pub use pieces::Pieces;

use std::{io, path::PathBuf};

/// Why a build of the app could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of `public` that the assembly needs is not there.
    #[error("public/{0} is missing")]
    MissingFile(String),
    /// A template lost one of the places to fill.
    #[error("public/{file} has no {placeholder} to fill")]
    MissingPlaceholder {
        /// The template, relative to `public`.
        file: String,
        /// The placeholder as it should be written.
        placeholder: String,
    },
    /// A template has a placeholder that nobody fills.
    #[error("public/{file} asks for {placeholder}, which nobody fills")]
    UnknownPlaceholder {
        /// The template, relative to `public`.
        file: String,
        /// The placeholder found.
        placeholder: String,
    },
    /// `index.html` links no style sheet.
    #[error("public/index.html links no style sheet")]
    NoStylesheet,
    /// A file of `public/styles` that no link or import leads to.
    #[error("nothing leads to public/{0}: import it in public/styles/index.css or later.css")]
    UnlinkedStylesheet(String),
    /// A dependency brought its own JavaScript files, which nothing here hashes or precaches.
    #[error("the generator wants to write extra JavaScript files ({0}): the assembly has no place for them")]
    ExtraScripts(String),
    /// The wasm target of the compiler is missing and could not be added.
    #[error(
        "la cible wasm32-unknown-unknown manque et « rustup target add wasm32-unknown-unknown » a échoué ({0}) : \
         ajoutez-la, puis relancez\nthe target wasm32-unknown-unknown is missing and `rustup target add \
         wasm32-unknown-unknown` failed ({0}): add it, then run again"
    )]
    MissingTarget(String),
    /// The nested cargo refused the app.
    #[error("l'application n'a pas pu être compilée (voir ci-dessus)\nthe app did not compile (see above)")]
    Compilation,
    /// The compiled app could not be cut into pieces.
    #[error("wasm-split: {0}")]
    Cutter(String),
    /// The script of the pieces or the glue does not name a file it should.
    #[error("{script} does not name {file}")]
    Unnamed {
        /// Which script.
        script: &'static str,
        /// What it should name.
        file: String,
    },
    /// The generator of the glue refused the compiled app.
    #[error("wasm-bindgen: {0}")]
    Generator(String),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program could not be started.
    #[error("{program}: {source}")]
    Program {
        /// Its name.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The manifest could not be written as JSON.
    #[error("manifest: {0}")]
    Json(#[from] serde_json::Error),
}
