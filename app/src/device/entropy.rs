//! The browser's cryptographic chance.

/// The replica's entropy.
pub struct DeviceEntropy;

impl replica::ports::Entropy for DeviceEntropy {
    fn bits(&self) -> u128 {
        // Version 4 fixes 6 of the 128 bits: what remains is still beyond guessing.
        uuid::Uuid::new_v4().as_u128()
    }
}
