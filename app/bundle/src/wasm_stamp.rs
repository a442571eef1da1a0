//! The build's id inside the wasm module, as a custom section: `WebAssembly.Module.customSections` reads it before a
//! single instruction runs.

/// The name of the section; `public/boot.js` asks for the same.
pub const SECTION: &str = "mercuriale.build";

/// `module` with the custom section [`SECTION`] holding `build`, appended at the end, where the format allows it.
pub fn stamp(module: &[u8], build: &str) -> Vec<u8> {
    let mut content = Vec::new();
    push_leb128(&mut content, SECTION.len());
    content.extend_from_slice(SECTION.as_bytes());
    content.extend_from_slice(build.as_bytes());

    let mut stamped = module.to_vec();
    stamped.push(0); // the id of every custom section
    push_leb128(&mut stamped, content.len());
    stamped.extend_from_slice(&content);
    stamped
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
    fn long_lengths_take_more_bytes() {
        let mut out = Vec::new();
        push_leb128(&mut out, 624_485);
        assert_eq!(out, [0xe5, 0x8e, 0x26]);
    }
}
