//! The browser's cryptographic chance.

/// Fills `bytes` from it.
pub fn fill(bytes: &mut [u8]) {
    // 65,536 bytes are given at most, and every browser that runs this has it.
    if let Some(Ok(crypto)) = web_sys::window().map(|window| window.crypto()) {
        let _ = crypto.get_random_values_with_u8_array(bytes);
    }
}

/// The replica's entropy.
pub struct DeviceEntropy;

impl replica::ports::Entropy for DeviceEntropy {
    fn bits(&self) -> u128 {
        // Version 4 fixes 6 of the 128 bits: what remains is still beyond guessing.
        uuid::Uuid::new_v4().as_u128()
    }
}
