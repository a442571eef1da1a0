//! The sections of a module that are read without running it: the custom ones, which a browser ignores, and what the module
//! offers by name. The names of functions leave; the build's id comes in, where `WebAssembly.Module.customSections` reads it
//! before a single instruction runs.

/// The name of the section; `public/boot.js` asks for the same.
pub const SECTION: &str = "mercuriale.build";

/// The id of every custom section.
const CUSTOM: u8 = 0;
/// The id of the section of exports.
const EXPORTS: u8 = 7;
/// The magic word and the version of the format.
const HEADER_BYTES: usize = 8;
/// A length has 32 bits.
const MOST_DIGITS: usize = 5;

/// `module` with the custom section [`SECTION`] holding `build`, appended at the end, where the format allows it.
pub fn stamp(module: &[u8], build: &str) -> Vec<u8> {
    let mut content = Vec::new();
    push_leb128(&mut content, SECTION.len());
    content.extend_from_slice(SECTION.as_bytes());
    content.extend_from_slice(build.as_bytes());

    let mut stamped = module.to_vec();
    push_section(&mut stamped, CUSTOM, &content);
    stamped
}

/// `module` without its custom sections. What does not read as a module comes back as it is: the browser says so best.
pub fn bare(module: &[u8]) -> Vec<u8> {
    let Some((header, mut rest)) = module.split_at_checked(HEADER_BYTES) else { return module.to_vec() };
    let mut kept = header.to_vec();
    while !rest.is_empty() {
        let Some((section, after)) = split_section(rest) else { return module.to_vec() };
        if section.first() != Some(&CUSTOM) {
            kept.extend_from_slice(section);
        }
        rest = after;
    }
    kept
}

/// `module` without the exports whose name `leaves` knows. What does not read as a module comes back as it is.
pub fn without_exports(module: &[u8], leaves: impl Fn(&str) -> bool) -> Vec<u8> {
    let kept = || {
        let (header, mut rest) = module.split_at_checked(HEADER_BYTES)?;
        let mut kept = header.to_vec();
        while !rest.is_empty() {
            let (section, after) = split_section(rest)?;
            match section.split_first()? {
                (&EXPORTS, sized) => push_section(&mut kept, EXPORTS, &fewer_exports(sized, &leaves)?),
                _ => kept.extend_from_slice(section),
            }
            rest = after;
        }
        Some(kept)
    };
    kept().unwrap_or_else(|| module.to_vec())
}

/// The content of a section of exports without those that leave; `sized`: the section after its id.
fn fewer_exports(sized: &[u8], leaves: &impl Fn(&str) -> bool) -> Option<Vec<u8>> {
    let (_, digits) = read_leb128(sized)?;
    let content = sized.get(digits..)?;
    let (count, digits) = read_leb128(content)?;
    let (mut rest, mut kept, mut exports) = (content.get(digits..)?, 0, Vec::new());
    for _ in 0..count {
        let (export, name, after) = split_export(rest)?;
        if !leaves(name) {
            exports.extend_from_slice(export);
            kept += 1;
        }
        rest = after;
    }
    let mut fewer = Vec::with_capacity(content.len());
    push_leb128(&mut fewer, kept);
    fewer.append(&mut exports);
    Some(fewer)
}

/// The first export whole, its name, and what follows it. An export is a name, a byte for its kind, and an index.
fn split_export(bytes: &[u8]) -> Option<(&[u8], &str, &[u8])> {
    let (length, digits) = read_leb128(bytes)?;
    let end_of_name = digits.checked_add(length)?;
    let name = std::str::from_utf8(bytes.get(digits..end_of_name)?).ok()?;
    let index = end_of_name.checked_add(1)?;
    let (_, digits) = read_leb128(bytes.get(index..)?)?;
    let (export, after) = bytes.split_at_checked(index.checked_add(digits)?)?;
    Some((export, name, after))
}

fn push_section(module: &mut Vec<u8>, id: u8, content: &[u8]) {
    module.push(id);
    push_leb128(module, content.len());
    module.extend_from_slice(content);
}

/// The first section, its id and length included, and what follows it.
fn split_section(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, digits) = read_leb128(bytes.get(1..)?)?;
    bytes.split_at_checked(digits.checked_add(1)?.checked_add(length)?)
}

/// Unsigned LEB128: the value, and how many bytes it took.
fn read_leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (position, byte) in bytes.iter().enumerate().take(MOST_DIGITS) {
        value |= usize::from(byte & 0x7f) << (7 * position);
        if byte & 0x80 == 0 {
            return Some((value, position + 1));
        }
    }
    None
}

/// Unsigned LEB128, the format's way of writing lengths.
fn push_leb128(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = value & 0x7f;
        value >>= 7;
        let more = if value == 0 { 0 } else { 0x80 };
        out.extend(u8::try_from(low | more));
        if value == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_follows_the_module_and_says_its_lengths() {
        let empty_module = b"\0asm\x01\0\0\0";
        let stamped = stamp(empty_module, "0123456789abcdef");
        assert!(stamped.starts_with(empty_module));
        let section = &stamped[empty_module.len()..];
        assert_eq!(section[0], 0);
        assert_eq!(usize::from(section[1]), section.len() - 2);
        assert_eq!(usize::from(section[2]), SECTION.len());
        assert!(section.ends_with(b"mercuriale.build0123456789abcdef"));
    }

    #[test]
    fn a_module_laid_bare_keeps_what_runs() {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        let types = [1, 4, 1, 0x60, 0, 0];
        module.extend_from_slice(&types);
        let long = stamp(&module, &"n".repeat(300)); // a length of two digits
        assert_eq!(bare(&long), module);
        assert_eq!(bare(&module), module);
    }

    #[test]
    fn an_export_that_leaves_takes_nothing_with_it() {
        let module = |exports: &[(&str, u8)]| {
            let mut content = vec![u8::try_from(exports.len()).unwrap()];
            for (name, index) in exports {
                content.push(u8::try_from(name.len()).unwrap());
                content.extend_from_slice(name.as_bytes());
                content.extend([0, *index]);
            }
            let mut module = b"\0asm\x01\0\0\0".to_vec();
            push_section(&mut module, 1, &[1, 0x60, 0, 0]);
            push_section(&mut module, EXPORTS, &content);
            push_section(&mut module, 10, &[0]);
            module
        };
        let whole = module(&[("memory", 0), ("source_pull", 7), ("main", 9)]);
        assert_eq!(
            without_exports(&whole, |name| name.starts_with("source_")),
            module(&[("memory", 0), ("main", 9)])
        );
        assert_eq!(without_exports(&whole, |_| false), whole);
        let torn = whole[..whole.len() - 4].to_vec();
        assert_eq!(without_exports(&torn, |_| true), torn);
    }

    #[test]
    fn what_is_no_module_comes_back_as_it_is() {
        for odd in [
            b"\0asm".as_slice(),
            b"\0asm\x01\0\0\0\0",
            b"\0asm\x01\0\0\0\0\x05n",
            b"\0asm\x01\0\0\0\0\xff\xff\xff\xff\xff\xff",
        ] {
            assert_eq!(bare(odd), odd);
            assert_eq!(without_exports(odd, |_| true), odd);
        }
    }

    #[test]
    fn long_lengths_take_more_bytes() {
        let mut out = Vec::new();
        push_leb128(&mut out, 624_485);
        assert_eq!(out, [0xe5, 0x8e, 0x26]);
    }
}
