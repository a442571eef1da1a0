//! A small price list and what people type into it, shared by the tests of search and by the example that times it.

use domain::search::{Field, IndexBuilder, SearchIndex, fold};

/// One line of `fixtures/search/products.csv`.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    pub(crate) name: String,
    pub(crate) signs: String,
    pub(crate) family: String,
    pub(crate) producer: String,
    pub(crate) commune: String,
}

/// One line of `fixtures/search/queries.csv`.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) query: String,
    /// Alternatives parted by `|`; in each, parts joined by `+` that must all be on one product.
    pub(crate) expected: String,
    pub(crate) kind: String,
}

#[must_use]
pub(crate) fn products() -> Vec<Product> {
    rows(include_str!("../fixtures/search/products.csv"))
        .map(|[name, signs, family, producer, commune]| Product { name, signs, family, producer, commune })
        .collect()
}

#[must_use]
pub(crate) fn queries() -> Vec<Asked> {
    rows(include_str!("../fixtures/search/queries.csv"))
        .map(|[query, expected, kind]| Asked { query, expected, kind })
        .collect()
}

fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [String; N]> {
    text.lines().skip(1).filter_map(|line| {
        let cells: Vec<String> = line.split(';').map(str::to_owned).collect();
        cells.try_into().ok()
    })
}

#[must_use]
pub(crate) fn index_of(products: &[Product]) -> SearchIndex {
    let mut builder = IndexBuilder::new();
    for product in products {
        builder.add([
            (Field::Name, product.name.as_str()),
            (Field::Sign, &product.signs),
            (Field::Family, &product.family),
            (Field::Producer, &product.producer),
            (Field::Commune, &product.commune),
        ]);
    }
    builder.build()
}

impl Asked {
    /// Whether a product is what was asked for.
    #[must_use]
    pub(crate) fn is_answered_by(&self, product: &Product) -> bool {
        let Product { name, signs, producer, commune, .. } = product;
        let text = fold(&format!("{name} {signs} {producer} {commune}"));
        self.expected.split('|').any(|parts| parts.split('+').all(|part| text.contains(part)))
    }

    /// Whether one of the first ten hits is what was asked for.
    #[must_use]
    pub(crate) fn is_found_in_ten(&self, index: &SearchIndex, products: &[Product]) -> bool {
        let found = index.search_filtered(&self.query, 10, |_| true);
        found.hits.iter().any(|hit| self.is_answered_by(&products[hit.document as usize]))
    }
}
