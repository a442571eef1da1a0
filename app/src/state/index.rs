//! What one searches the catalogue by.

use domain::{
    draft::Prices,
    search::{Field, IndexBuilder, SearchIndex},
    wire::Catalog,
};

use crate::wording::codes;

/// Indexes a catalogue: document `n` is offer `n`. Families and signs are found by their French words, as price lists and
/// kitchens say them, whatever language the screens speak; signs also by their code.
pub(super) fn index(catalog: &Catalog) -> SearchIndex {
    let words = &codes::FRENCH;
    let mut index = IndexBuilder::new();
    for offer in &catalog.offers {
        let producer = catalog.producer(offer.producer);
        let mut fields =
            vec![(Field::Name, offer.name.as_str()), (Field::Family, (words.family)(&offer.family))];
        fields.extend(producer.map(|producer| (Field::Producer, producer.name.as_str())));
        fields.extend(producer.map(|producer| (Field::Commune, producer.commune.name.as_str())));
        for sign in &offer.signs {
            fields.extend([(Field::Sign, (words.sign)(sign)), (Field::Sign, sign.code())]);
        }
        index.add(fields);
    }
    index.build()
}
