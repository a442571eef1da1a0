//! What kitchens type finds the product they mean, first.

mod search_support;

use domain::search::{Field, Found, IndexBuilder, SearchIndex};
use search_support::{Product, index_of, products, queries};

struct Shop {
    products: Vec<Product>,
    index: SearchIndex,
}

impl Shop {
    fn open() -> Self {
        let products = products();
        let index = index_of(&products);
        Self { products, index }
    }

    fn names(&self, found: &Found) -> Vec<&str> {
        found.hits.iter().map(|hit| self.products[hit.document as usize].name.as_str()).collect()
    }

    fn first(&self, query: &str, count: usize) -> Vec<&str> {
        let mut names = self.names(&self.index.search(query));
        names.truncate(count);
        names
    }
}

#[test]
fn the_first_hits_are_the_ones_meant() {
    let shop = Shop::open();
    for (query, expected) in [
        ("pelardon", &["Pélardon", "Pélardon affiné"][..]),
        ("Pélardons", &["Pélardon", "Pélardon affiné"]),
        ("pome de tere", &["Pommes de terre de consommation", "Pomme de terre Agata"]),
        ("pdt", &["Béa du Roussillon", "Pommes de terre de consommation"]),
        ("pomme", &["Pomme", "Pomme Golden", "Pomme Gala", "Pomme reinette du Canada"]),
        ("poire", &["Poire", "Poire Williams", "Poire Conférence"]),
        ("chou", &["Chou blanc", "Chou rouge", "Chou frisé"]),
        ("choux", &["Chou blanc", "Chou rouge", "Chou frisé"]),
        ("choufleur", &["Chou-fleur", "Chou-fleur"]),
        ("poireaux", &["Poireau", "Poireaux jeunes"]),
        ("lentile verte", &["Lentilles vertes"]),
        ("oeuf bio", &["Œufs"]),
        ("brocoli", &["Brocoli", "Brocoli"]),
        ("haricot vert", &["Haricot vert", "Haricots verts extra-fins"]),
        ("rokfor", &["Roquefort"]),
        ("courge", &["Courge", "Courge butternut"]),
        ("steak 100g", &["Steak haché 100 g"]),
        ("farine t65", &["Farine T65"]),
        ("moule", &["Moules de Bouzigues"]),
        ("champ", &["Champignon de Paris", "Champignon (morille crue)"]),
    ] {
        assert_eq!(shop.first(query, expected.len()), expected, "{query}");
    }
}

#[test]
fn a_cheese_is_found_by_what_it_is() {
    let shop = Shop::open();
    let found = shop.index.search("fromage de chevre");
    assert!(found.complete);
    assert_eq!(shop.names(&found), ["Pélardon", "Rocamadour", "Pélardon affiné"]);
}

#[test]
fn signs_are_found_by_their_other_names() {
    let shop = Shop::open();
    let organic = shop.products.iter().filter(|product| product.signs.contains("BIO")).count();
    for query in ["bio", "BIO", "biologique"] {
        assert_eq!(shop.index.search(query).total, organic, "{query}");
    }
    let ab = shop.index.search("ab");
    assert!(
        ab.hits.iter().take(organic).all(|hit| shop.products[hit.document as usize].signs.contains("BIO"))
    );
    assert_eq!(shop.index.search("aoc").total, shop.index.search("aop").total);
}

#[test]
fn squashes_are_not_one_thing() {
    let shop = Shop::open();
    let found = |query| shop.names(&shop.index.search(query)).join(", ");
    assert!(!found("courge").contains("Pot"));
    assert!(!found("potiron").contains("Courge") && !found("potiron").contains("Potimarron"));
    assert!(!found("potimarron").contains("Courge"));
}

#[test]
fn a_word_of_the_list_is_no_slip() {
    let shop = Shop::open();
    assert!(!shop.names(&shop.index.search("pomme")).iter().any(|name| name.starts_with("Tomme")));
    assert!(!shop.names(&shop.index.search("noix")).iter().any(|name| name.contains("noir")));
}

#[test]
fn a_slip_that_makes_another_word_is_forgiven_when_nothing_answers_all() {
    let shop = Shop::open();
    // « verte » is a word of the list, but no bean is « verte ».
    assert_eq!(shop.first("haricot verte", 1), ["Haricot vert"]);
    let found = shop.index.search("tomme de tere");
    assert!(found.complete, "« tomme » may have been meant as « pomme »");
    assert_eq!(shop.first("tomme de tere", 1), ["Pommes de terre de consommation"]);
}

#[test]
fn each_letter_typed_keeps_the_product_in_sight() {
    let shop = Shop::open();
    for (name, from) in
        [("pélardon", 3), ("lentilles vertes", 3), ("huile d'olive du languedoc", 4), ("chou-fleur", 4)]
    {
        let letters: Vec<char> = name.chars().collect();
        let wanted = shop.first(name, 1);
        for typed in from..=letters.len() {
            let query: String = letters[..typed].iter().collect();
            assert!(shop.first(&query, 10).contains(&wanted[0]), "{query}");
        }
    }
}

#[test]
fn what_no_product_answers_whole_is_answered_in_part_and_said_so() {
    let shop = Shop::open();
    let found = shop.index.search("pomme zanzibar");
    assert!(!found.complete);
    assert_eq!(shop.names(&found)[0], "Pomme");
    let nothing = shop.index.search("zzz 9999");
    assert_eq!((nothing.hits.len(), nothing.total, nothing.complete), (0, 0, false));
}

#[test]
fn stop_words_count_only_alone() {
    let shop = Shop::open();
    assert_eq!(shop.index.search("pomme de"), shop.index.search("pomme"));
    assert_eq!(shop.index.search("de la pomme"), shop.index.search("pomme"));
    assert!(shop.first("la", 10).iter().any(|name| name.starts_with("Laitue")));
}

#[test]
fn nothing_typed_is_the_whole_list_in_its_order() {
    let shop = Shop::open();
    let found = shop.index.search(" ' ");
    assert!(found.complete);
    assert!(found.hits.iter().map(|hit| hit.document).eq(0..u32::try_from(shop.products.len()).unwrap()));
}

#[test]
fn a_filter_only_takes_hits_away_and_comes_before_the_cut() {
    let shop = Shop::open();
    let is_organic = |document: u32| shop.products[document as usize].signs.contains("BIO");
    for asked in queries() {
        let all = shop.index.search(&asked.query);
        let organic = shop.index.search_filtered(&asked.query, 3, is_organic);
        let expected: Vec<_> = all.hits.iter().copied().filter(|hit| is_organic(hit.document)).collect();
        assert_eq!(organic.total, expected.len(), "{}", asked.query);
        assert_eq!(organic.hits, expected[..expected.len().min(3)], "{}", asked.query);
        assert_eq!((organic.total_unfiltered, organic.complete), (all.total, all.complete));
    }
}

/// The numbers of the documents found among these names, best first.
fn found_among<const N: usize>(names: [&str; N], query: &str) -> Vec<u32> {
    let mut builder = IndexBuilder::new();
    for name in names {
        builder.add([(Field::Name, name)]);
    }
    builder.build().search(query).hits.iter().map(|hit| hit.document).collect()
}

#[test]
fn a_name_of_two_words_that_is_one_thing_is_not_its_first_word() {
    assert_eq!(found_among(["Chou-fleur", "Chou rave", "Chou vert"], "chou"), [2, 0, 1]);
    assert_eq!(found_among(["Pommes de terre", "Jus de pomme frais", "Pomme rouge"], "pomme")[0], 2);
}

#[test]
fn a_number_is_never_a_slip_for_another() {
    assert_eq!(found_among(["Lot 20451", "Lot 20452"], "lot 20452"), [1]);
    assert!(found_among(["Lot 20451", "Lot 20452"], "20453").is_empty());
}

#[test]
fn equals_keep_the_order_of_the_list() {
    let mut builder = IndexBuilder::new();
    for producer in ["Ferme du Buron", "Ferme du Mazet", "Ferme du Viala"] {
        builder.add([(Field::Name, "Navet"), (Field::Producer, producer)]);
    }
    let found = builder.build().search("navets");
    assert_eq!(found.hits.iter().map(|hit| hit.document).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn an_index_without_documents_answers_nothing() {
    let index = SearchIndex::default();
    assert!(index.is_empty() && index.search("pomme").hits.is_empty() && index.search("").hits.is_empty());
    assert!(IndexBuilder::new().build().search("pomme").hits.is_empty());
}

#[test]
fn two_hundred_queries_find_what_they_mean_in_ten() {
    let shop = Shop::open();
    let asked = queries();
    assert_eq!(asked.len(), 200);
    let missed: Vec<(&str, &str)> = asked
        .iter()
        .filter(|asked| !asked.is_found_in_ten(&shop.index, &shop.products))
        .map(|asked| (asked.kind.as_str(), asked.query.as_str()))
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
    for asked in asked {
        assert!(
            shop.products.iter().any(|product| asked.is_answered_by(product)),
            "{} has no answer",
            asked.query
        );
    }
}
