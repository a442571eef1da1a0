//! From the compiled app and the files of `public` to the files of one build. Pure: bytes in, bytes out.

use std::collections::BTreeMap;

use crate::{
    Error, Manifest, Pieces,
    digest::{hashed_name, short_id},
    pieces,
    style::{Linked, Sheets},
    template, wasm_sections,
};

/// What a build is made of.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The JavaScript written by the generator.
    pub glue: String,
    /// The module written by the generator.
    pub wasm: Vec<u8>,
    /// The modules that come after it, and what fetches them.
    pub pieces: Pieces,
    /// The files of `public`, by path relative to it, with `/` between folders.
    pub public: BTreeMap<String, Vec<u8>>,
}

/// One file as the browser asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its address on the server, absolute: `/assets/app-0123456789abcdef.wasm`.
    pub url: String,
    /// Its uncompressed content.
    pub body: Vec<u8>,
}

/// One build, complete.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Every file but the worker and the manifest.
    pub assets: Vec<Asset>,
    /// The worker, `/sw.js`: it names all the others, so it cannot be one of them.
    pub worker: String,
    /// The single list of the files.
    pub manifest: Manifest,
}

const INDEX: &str = "index.html";
const BOOT: &str = "boot.js";
const WORKER: &str = "sw.js";
/// How the name begins of the style sheet that comes with later pieces.
const LATER: &str = "later";
/// Signs and drawings: in the page itself, so that a sign that comes has nothing to fetch and nothing to parse.
const DRAWINGS: &str = "drawings/sprite.svg";

/// Puts a build together.
///
/// # Errors
/// When a template or a linked style sheet is missing, or a placeholder is missing or left over.
pub fn assemble(inputs: &Inputs) -> Result<Shell, Error> {
    let build = build_id(inputs);
    let linked = Linked::of(&text(inputs, INDEX)?)?;
    let sheets = Sheets::joined(&linked, &inputs.public)?;

    let style = hashed("app", "css", sheets.first.into_bytes());
    let later_style = sheets.later.map(|sheet| hashed(LATER, "css", sheet.into_bytes()));
    let scripts = Scripts::of(inputs, &build)?;
    let wasm = hashed("app", "wasm", wasm_sections::stamp(&inputs.wasm, &build));
    let names = [("__BUILD__", build.as_str()), ("__GLUE__", &scripts.glue.url), ("__WASM__", &wasm.url)];
    let boot = hashed("boot", "js", template::fill(BOOT, &text(inputs, BOOT)?, &names)?.into_bytes());
    let drawings = text(inputs, DRAWINGS)?;
    let mut places = names.to_vec();
    places.extend([
        ("__PIECES__", scripts.pieces.url.as_str()),
        ("__BOOT__", &boot.url),
        ("__STYLE__", &style.url),
        ("__DRAWINGS__", &drawings),
    ]);
    places.extend(later_style.iter().map(|sheet| ("__LATER_STYLE__", sheet.url.as_str())));
    let page = template::fill(INDEX, &linked.page, &places)?;

    let mut assets = vec![Asset { url: "/".into(), body: template::lighten(&page).into_bytes() }];
    assets.extend(
        inputs.public.iter().filter(|(path, _)| is_copied(path)).map(|(path, body)| copied(path, body)),
    );
    assets.extend([style, scripts.glue, scripts.pieces, wasm, boot]);
    assets.extend(later_style.into_iter().chain(scripts.modules));

    let manifest = Manifest::of(&build, &assets);
    let list = manifest.precache_list()?;
    let worker = template::fill(
        WORKER,
        &text(inputs, WORKER)?,
        &[("__BUILD__", &build), ("\"__PRECACHE__\"", &list)],
    )?;
    Ok(Shell { assets, worker, manifest })
}

/// A hash of everything, so that a change of one byte anywhere makes another build, hence another cache on the tablets.
fn build_id(inputs: &Inputs) -> String {
    let public = inputs.public.iter().map(|(path, body)| (path.as_str(), body.as_slice()));
    let modules = inputs.pieces.modules.iter().map(|(name, body)| (name.as_str(), body.as_slice()));
    let code = [
        ("glue", inputs.glue.as_bytes()),
        ("wasm", &inputs.wasm),
        ("pieces", inputs.pieces.script.as_bytes()),
    ];
    short_id(code.into_iter().chain(modules).chain(public))
}

/// The glue, the script of the pieces and the pieces, each calling the others by the names they are served under.
struct Scripts {
    glue: Asset,
    pieces: Asset,
    modules: Vec<Asset>,
}

impl Scripts {
    fn of(inputs: &Inputs, build: &str) -> Result<Self, Error> {
        let glue_name = format!("app-{build}.js");
        if inputs.pieces.modules.is_empty() {
            let pieces = hashed("pieces", "js", Vec::new());
            let glue = Asset { url: in_assets(&glue_name), body: stamped(&inputs.glue, build) };
            return Ok(Self { glue, pieces, modules: Vec::new() });
        }
        let mut script = rename("pieces.js", &inputs.pieces.script, IMPORT, pieces::GLUE, &glue_name)?;
        let mut modules = Vec::new();
        for (name, body) in &inputs.pieces.modules {
            let stem = name.trim_start_matches("./").trim_end_matches(".wasm");
            let hashed_name = hashed_name(stem, "wasm", body);
            script = rename("pieces.js", &script, ADDRESS, name, &hashed_name)?;
            modules.push(Asset { url: in_assets(&hashed_name), body: body.clone() });
        }
        let pieces = hashed("pieces", "js", script.into_bytes());
        let pieces_name = pieces.url.rsplit('/').next().unwrap_or_default();
        let glue = rename("app.js", &inputs.glue, IMPORT, pieces::SCRIPT, pieces_name)?;
        Ok(Self { glue: Asset { url: in_assets(&glue_name), body: stamped(&glue, build) }, pieces, modules })
    }
}

fn stamped(glue: &str, build: &str) -> Vec<u8> {
    format!("{glue}\nexport const build = \"{build}\";\n").into_bytes()
}

/// How a script imports another, and how it addresses a file. Names stay elsewhere: a module knows by them what it imports.
const IMPORT: &str = "from ";
const ADDRESS: &str = "new URL(";

/// `text` with `"./to"` wherever it names the neighbor `from` after `before`.
fn rename(script: &'static str, text: &str, before: &str, from: &str, to: &str) -> Result<String, Error> {
    let named = format!("{before}\"{from}\"");
    if !text.contains(&named) {
        return Err(Error::Unnamed { script, file: from.to_owned() });
    }
    Ok(text.replace(&named, &format!("{before}\"./{to}\"")))
}

fn in_assets(name: &str) -> String {
    format!("/assets/{name}")
}

fn hashed(stem: &str, extension: &str, body: Vec<u8>) -> Asset {
    Asset { url: in_assets(&hashed_name(stem, extension, &body)), body }
}

/// Everything of `public` is served under its own name, but for the templates, what the page contains and what became the
/// style sheets.
fn is_copied(path: &str) -> bool {
    let template = [INDEX, BOOT, WORKER, DRAWINGS].contains(&path);
    let sheet = path.starts_with("styles/") && path.ends_with(".css");
    !template && !sheet
}

/// A second page loses its extension, as pages do: `recover.html` is served at `/recover`.
fn copied(path: &str, body: &[u8]) -> Asset {
    Asset { url: format!("/{}", path.strip_suffix(".html").unwrap_or(path)), body: body.to_vec() }
}

fn text(inputs: &Inputs, path: &str) -> Result<String, Error> {
    let body = inputs.public.get(path).ok_or_else(|| Error::MissingFile(path.to_owned()))?;
    Ok(String::from_utf8_lossy(body).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html data-build=\"__BUILD__\">\n<link rel=\"stylesheet\" href=\"/styles/tokens.css\">\n\
                        <link rel=\"later\" href=\"/styles/later.css\">\n\
                        <link href=\"__WASM__\"><link href=\"__GLUE__\"><link href=\"__PIECES__\"><script src=\"__BOOT__\"></script>__DRAWINGS__";

    fn inputs() -> Inputs {
        let files = [
            ("index.html", PAGE),
            ("boot.js", "start(\"__BUILD__\", \"__GLUE__\", \"__WASM__\")"),
            ("sw.js", "const BUILD = \"__BUILD__\", PRECACHE = \"__PRECACHE__\";"),
            ("styles/tokens.css", "a { color: red }"),
            ("styles/later.css", "b { color: blue }"),
            ("drawings/sprite.svg", "<svg><symbol id=\"leaf\"/></svg>"),
            ("recover.html", "<p>"),
            ("icons/icon.svg", "<svg/>"),
            ("screenshots/wide.png", "png"),
        ];
        let public = files.into_iter().map(|(path, body)| (path.to_owned(), body.as_bytes().to_vec()));
        Inputs {
            glue: "import * as import1 from \"./pieces.js\"; wasm({\"./pieces.js\": import1});".into(),
            wasm: b"\0asm\x01\0\0\0".to_vec(),
            pieces: Pieces {
                script: "import { initSync } from \"./app.js\"; fetch(new URL(\"./split_desk.wasm\"));"
                    .into(),
                modules: BTreeMap::from([("./split_desk.wasm".to_owned(), b"desk".to_vec())]),
            },
            public: public.collect(),
        }
    }

    fn body<'a>(shell: &'a Shell, url: &str) -> &'a str {
        let asset = shell.assets.iter().find(|asset| asset.url == url).unwrap();
        std::str::from_utf8(&asset.body).unwrap()
    }

    fn url(shell: &Shell, start: &str, end: &str) -> String {
        let found =
            shell.assets.iter().find(|asset| asset.url.starts_with(start) && asset.url.ends_with(end));
        found.unwrap().url.clone()
    }

    #[test]
    fn the_page_names_the_hashed_files_and_the_build() {
        let shell = assemble(&inputs()).unwrap();
        let page = body(&shell, "/");
        for (start, end) in [("/assets/app-", ".css"), ("/assets/app-", ".js"), ("/assets/app-", ".wasm")] {
            assert!(page.contains(&url(&shell, start, end)), "{page}");
        }
        assert!(page.contains(&url(&shell, "/assets/boot-", ".js")));
        assert!(page.contains(&shell.manifest.build));
        assert_eq!(body(&shell, &url(&shell, "/assets/app-", ".css")), "a{color: red}\n");
        let later = url(&shell, "/assets/later-", ".css");
        assert!(page.contains(&format!("<link rel=\"later\" href=\"{later}\">")), "{page}");
        assert_eq!(body(&shell, &later), "b{color: blue}\n");
    }

    #[test]
    fn the_page_contains_the_drawings_and_no_file_does() {
        let shell = assemble(&inputs()).unwrap();
        assert!(body(&shell, "/").ends_with("<svg><symbol id=\"leaf\"/></svg>"));
        assert!(!shell.assets.iter().any(|asset| asset.url.starts_with("/drawings/")));
    }

    #[test]
    fn page_boot_glue_and_wasm_carry_the_same_build() {
        let shell = assemble(&inputs()).unwrap();
        let build = &shell.manifest.build;
        assert!(body(&shell, &url(&shell, "/assets/boot-", ".js")).contains(build));
        assert!(
            body(&shell, &url(&shell, "/assets/app-", ".js"))
                .ends_with(&format!("export const build = \"{build}\";\n"))
        );
        assert!(body(&shell, &url(&shell, "/assets/app-", ".wasm")).ends_with(build));
    }

    #[test]
    fn glue_pieces_and_modules_call_each_other_by_the_names_they_are_served_under() {
        let shell = assemble(&inputs()).unwrap();
        let name = |start, end| url(&shell, start, end).replace("/assets/", "./");
        let (glue, pieces) = (name("/assets/app-", ".js"), name("/assets/pieces-", ".js"));
        assert!(glue.contains(&shell.manifest.build), "{glue}");
        let text = body(&shell, &url(&shell, "/assets/app-", ".js"));
        assert!(text.contains(&format!("from \"{pieces}\"")), "{text}");
        assert!(
            text.contains("{\"./pieces.js\": import1}"),
            "the module asks for it by the first name: {text}"
        );
        let script = body(&shell, &url(&shell, "/assets/pieces-", ".js"));
        assert!(script.contains(&format!("from \"{glue}\"")), "{script}");
        let desk = name("/assets/split_desk-", ".wasm");
        assert!(script.contains(&format!("URL(\"{desk}\")")), "{script}");
    }

    #[test]
    fn a_script_that_lost_the_name_of_a_piece_is_an_error() {
        let mut broken = inputs();
        broken.pieces.script = "import { initSync } from \"./app.js\";".into();
        let answer = assemble(&broken);
        assert!(matches!(answer, Err(Error::Unnamed { file, .. }) if file == "./split_desk.wasm"));
    }

    #[test]
    fn the_worker_keeps_every_file_of_the_manifest_with_its_hash_but_screenshots() {
        let shell = assemble(&inputs()).unwrap();
        assert_eq!(shell.manifest.files.len(), shell.assets.len());
        for file in &shell.manifest.files {
            let kept = shell.worker.contains(&format!("[\"{}\",\"{}\"]", file.url, file.sha256));
            assert_eq!(kept, file.url != "/screenshots/wide.png", "{}", file.url);
        }
    }

    #[test]
    fn a_second_page_is_served_without_its_extension_and_other_files_as_they_are() {
        let shell = assemble(&inputs()).unwrap();
        assert_eq!(body(&shell, "/recover"), "<p>");
        assert_eq!(body(&shell, "/icons/icon.svg"), "<svg/>");
        assert!(
            !shell
                .assets
                .iter()
                .any(|asset| ["/boot.js", "/sw.js", "/styles/tokens.css"].contains(&&*asset.url))
        );
    }

    #[test]
    fn any_change_makes_another_build() {
        let before = assemble(&inputs()).unwrap().manifest;
        let mut changed = inputs();
        changed.public.insert("icons/icon.svg".into(), b"<svg />".to_vec());
        let after = assemble(&changed).unwrap().manifest;
        assert_ne!(before.build, after.build);
        assert_eq!(before, assemble(&inputs()).unwrap().manifest);
    }

    #[test]
    fn a_template_that_lost_its_list_of_files_is_an_error() {
        let mut broken = inputs();
        broken.public.insert("sw.js".into(), b"const BUILD = \"__BUILD__\";".to_vec());
        let answer = assemble(&broken);
        assert!(matches!(answer, Err(Error::MissingPlaceholder { file, .. }) if file == "sw.js"));
    }
}
