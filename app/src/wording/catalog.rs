//! « Catalogue » and what is said of an offer.

use super::plural::{english, french};

/// Sentences of the catalogue, in one language.
pub(crate) struct CatalogWords {
    /// No price list on this device yet.
    pub none_yet: &'static str,
    pub none_yet_body: &'static str,
    /// Search and filters.
    pub search: &'static str,
    pub families: &'static str,
    pub all: &'static str,
    pub organic: &'static str,
    pub in_season: &'static str,
    pub filters: &'static str,
    pub filters_on: fn(usize) -> String,
    pub signs: &'static str,
    pub producer: &'static str,
    pub all_producers: &'static str,
    pub delivery_day: &'static str,
    pub all_days: &'static str,
    pub clear_all: &'static str,
    pub see: fn(usize) -> String,
    /// « 30 produits chez 24 producteurs »
    pub found: fn(usize, usize) -> String,
    pub found_partly: fn(usize) -> String,
    pub nothing_for: fn(&str) -> String,
    pub nothing: &'static str,
    pub without_filters: fn(usize) -> String,
    pub other_words: &'static str,
    pub remove_filters: &'static str,
    pub more: fn(&str) -> String,
    /// Age and limits.
    pub list_of: fn(&str) -> String,
    pub list_unchecked: fn(&str, &str) -> String,
    pub before: fn(&str) -> String,
    pub closed_since: fn(&str) -> String,
    pub margin_on_cost: fn(&str) -> String,
    pub margin_on_price: fn(&str) -> String,
    pub and_transport: fn(&str) -> String,
    /// An offer.
    pub pack_of: fn(&str) -> String,
    pub one_by_one: fn(&str) -> String,
    pub per_unit: fn(&str, &str) -> String,
    pub vat: fn(&str) -> String,
    pub left: fn(&str) -> String,
    pub all_asked: &'static str,
    pub sold_out: &'static str,
    pub not_this_week: &'static str,
    pub delivered_on: fn(&str) -> String,
    pub certificate_until: fn(&str) -> String,
    pub certificate_expired: fn(&str) -> String,
    pub certificate_missing: &'static str,
    pub from: fn(&str) -> String,
    pub contains: fn(&str) -> String,
    /// The stepper.
    pub quantity: &'static str,
    pub less: &'static str,
    pub add: &'static str,
    pub packs: fn(usize) -> String,
    pub by_packs_of: fn(&str, &str) -> String,
    pub take: fn(&str) -> String,
    pub only_left: fn(&str) -> String,
    pub not_a_number: &'static str,
    pub too_precise: &'static str,
    /// The slip.
    pub delivery: &'static str,
    pub lines: &'static str,
    pub lines_from: fn(usize, usize) -> String,
    pub total: &'static str,
    pub review: &'static str,
    pub slip_empty: &'static str,
}

pub(super) static FRENCH: CatalogWords = CatalogWords {
    none_yet: "La mercuriale n’est pas encore sur cette tablette",
    none_yet_body: "Elle arrive à la première connexion, puis reste disponible sans réseau.",
    search: "Rechercher un produit",
    families: "Familles",
    all: "Tout",
    organic: "Bio",
    in_season: "De saison",
    filters: "Filtres",
    filters_on: |count| format!("Filtres, {}", french(count, "en place", "en place")),
    signs: "Signes",
    producer: "Producteur",
    all_producers: "Tous les producteurs",
    delivery_day: "Jour de livraison",
    all_days: "Tous les jours",
    clear_all: "Tout effacer",
    see: |count| format!("Voir {}", french(count, "produit", "produits")),
    found: |products, producers| {
        format!(
            "{} chez {}",
            french(products, "produit", "produits"),
            french(producers, "producteur", "producteurs")
        )
    },
    found_partly: |products| {
        format!(
            "Aucun produit ne répond à tous ces mots. {}.",
            french(products, "produit s’en approche", "produits s’en approchent")
        )
    },
    nothing_for: |text| format!("Aucun produit pour «\u{202f}{text}\u{202f}»"),
    nothing: "Aucun produit avec ces filtres",
    without_filters: |count| match count {
        1 => "Sans les filtres, 1\u{a0}produit répond.".to_owned(),
        _ => format!("Sans les filtres, {} répondent.", french(count, "produit", "produits")),
    },
    other_words: "Essayez un mot plus court, ou parcourez les familles.",
    remove_filters: "Retirer les filtres",
    more: |count| format!("Afficher la suite ({count})"),
    list_of: |moment| format!("Mercuriale du {moment}"),
    list_unchecked: |moment, since| format!("Mercuriale du {moment}, pas vérifiée depuis {since}"),
    before: |moment| format!("À commander avant {moment}"),
    closed_since: |moment| format!("Commandes closes depuis {moment}"),
    margin_on_cost: |rate| {
        format!(
            "Prix hors taxe, marge du groupement comprise\u{a0}: {rate} du prix du producteur (taux de marge)"
        )
    },
    margin_on_price: |rate| {
        format!(
            "Prix hors taxe, marge du groupement comprise\u{a0}: {rate} du prix de vente (taux de marque)"
        )
    },
    and_transport: |rate| format!("transport\u{a0}: {rate} du prix du producteur"),
    pack_of: |quantity| format!("Colis de {quantity}"),
    one_by_one: |unit| format!("À la {unit}"),
    per_unit: |price, unit| format!("{price}\u{a0}HT/{unit}"),
    vat: |rate| format!("TVA\u{a0}{rate}"),
    left: |quantity| format!("reste {quantity}"),
    all_asked: "tout est déjà demandé",
    sold_out: "Épuisé",
    not_this_week: "Pas livré cette semaine",
    delivered_on: |day| format!("livré {day}"),
    certificate_until: |day| format!("certificat jusqu’au {day}"),
    certificate_expired: |day| format!("certificat échu le {day}"),
    certificate_missing: "certificat non fourni",
    from: |origin| format!("origine {origin}"),
    contains: |allergens| format!("contient\u{a0}: {allergens}"),
    quantity: "Quantité",
    less: "Retirer",
    add: "Ajouter",
    packs: |count| french(count, "colis", "colis"),
    by_packs_of: |pack, suggested| format!("Par {pack}\u{a0}: {suggested}\u{202f}?"),
    take: |quantity| format!("Prendre {quantity}"),
    only_left: |quantity| {
        format!("Il reste {quantity}\u{a0}: la part de chaque cuisine sera dite à la clôture.")
    },
    not_a_number: "Écrire une quantité, par exemple 12,5.",
    too_precise: "Trois décimales au plus.",
    delivery: "Livraison",
    lines: "Lignes",
    lines_from: |lines, producers| {
        format!("{lines}, chez {}", french(producers, "producteur", "producteurs"))
    },
    total: "Total HT",
    review: "Vérifier et envoyer",
    slip_empty: "Les quantités tapées dans la liste arrivent ici, enregistrées sur cette tablette.",
};

pub(super) static ENGLISH: CatalogWords = CatalogWords {
    none_yet: "The price list is not on this tablet yet",
    none_yet_body: "It comes with the first connection, then stays available without a network.",
    search: "Search for a product",
    families: "Families",
    all: "All",
    organic: "Organic",
    in_season: "In season",
    filters: "Filters",
    filters_on: |count| format!("Filters, {count} on"),
    signs: "Signs",
    producer: "Producer",
    all_producers: "All producers",
    delivery_day: "Delivery day",
    all_days: "Any day",
    clear_all: "Clear all",
    see: |count| format!("See {}", english(count, "product", "products")),
    found: |products, producers| {
        format!(
            "{} from {}",
            english(products, "product", "products"),
            english(producers, "producer", "producers")
        )
    },
    found_partly: |products| {
        format!(
            "No product answers all these words. {} come close.",
            english(products, "product", "products")
        )
    },
    nothing_for: |text| format!("No product for “{text}”"),
    nothing: "No product with these filters",
    without_filters: |count| format!("Without the filters, {} found.", english(count, "product", "products")),
    other_words: "Try a shorter word, or go through the families.",
    remove_filters: "Remove the filters",
    more: |count| format!("Show more ({count})"),
    list_of: |moment| format!("Price list of {moment}"),
    list_unchecked: |moment, since| format!("Price list of {moment}, not checked for {since}"),
    before: |moment| format!("Order before {moment}"),
    closed_since: |moment| format!("Orders closed since {moment}"),
    margin_on_cost: |rate| {
        format!("Prices before tax, the hub’s margin included: {rate} of the producer’s price")
    },
    margin_on_price: |rate| {
        format!("Prices before tax, the hub’s margin included: {rate} of the selling price")
    },
    and_transport: |rate| format!("transport: {rate} of the producer’s price"),
    pack_of: |quantity| format!("Pack of {quantity}"),
    one_by_one: |unit| format!("By the {unit}"),
    per_unit: |price, unit| format!("{price}/{unit} ex VAT"),
    vat: |rate| format!("VAT {rate}"),
    left: |quantity| format!("{quantity} left"),
    all_asked: "all asked for already",
    sold_out: "Sold out",
    not_this_week: "Not delivered this week",
    delivered_on: |day| format!("delivered {day}"),
    certificate_until: |day| format!("certificate until {day}"),
    certificate_expired: |day| format!("certificate lapsed on {day}"),
    certificate_missing: "no certificate given",
    from: |origin| format!("from {origin}"),
    contains: |allergens| format!("contains: {allergens}"),
    quantity: "Quantity",
    less: "Remove",
    add: "Add",
    packs: |count| english(count, "pack", "packs"),
    by_packs_of: |pack, suggested| format!("By {pack}: {suggested}?"),
    take: |quantity| format!("Take {quantity}"),
    only_left: |quantity| format!("{quantity} left: each kitchen’s share will be told at the close."),
    not_a_number: "Write a quantity, for example 12.5.",
    too_precise: "Three decimals at most.",
    delivery: "Delivery",
    lines: "Lines",
    lines_from: |lines, producers| format!("{lines}, from {}", english(producers, "producer", "producers")),
    total: "Total before tax",
    review: "Review and send",
    slip_empty: "Quantities typed in the list come here, saved on this tablet.",
};
