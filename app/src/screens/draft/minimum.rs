use domain::{draft::ProducerGroup, money::Amount};

use crate::wording::{numbers, words};

/// How far a producer's group is from what the producer would rather deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MinimumNote {
    /// Whose.
    pub producer: String,
    /// In words.
    pub said: String,
    /// The minimum, in cents.
    pub max: u32,
    /// The group, in cents.
    pub value: u32,
    /// Whether it is reached.
    pub reached: bool,
}

/// The note of a group; `None` when its producer wishes no minimum.
pub(crate) fn minimum_note(group: &ProducerGroup) -> Option<MinimumNote> {
    let producer = group.producer.as_ref()?;
    let minimum = producer.minimum_order.filter(|minimum| *minimum > Amount::ZERO)?;
    let words = words().draft();
    let said = match group.missing_to_minimum {
        Some(missing) => (words.minimum_missing)(&numbers::money(missing)),
        None => (words.minimum_reached)(&numbers::money(minimum)),
    };
    Some(MinimumNote {
        producer: producer.name.clone(),
        said,
        max: cents(minimum),
        value: cents(group.subtotal),
        reached: group.missing_to_minimum.is_none(),
    })
}

fn cents(amount: Amount) -> u32 {
    u32::try_from(amount.cents()).unwrap_or_default()
}
