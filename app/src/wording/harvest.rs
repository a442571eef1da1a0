//! What will be harvested: what a producer answers after the cut-off, what kitchens and the hub read of it. Travels with the
//! pieces that show it.

use domain::harvest::ShortReason;

use super::plural::{english, french};

/// Sentences of harvests, in one language.
pub(crate) struct HarvestWords {
    /// The producer's.
    pub to_harvest: fn(&str) -> String,
    pub not_yet: &'static str,
    pub said_all: fn(&str) -> String,
    pub said_less: fn(&str, usize) -> String,
    pub confirm_all: &'static str,
    pub confirm_less: fn(usize) -> String,
    pub confirming: &'static str,
    pub confirmed_here: &'static str,
    pub is_confirmed: &'static str,
    pub kept: &'static str,
    pub less: &'static str,
    pub none: &'static str,
    pub all_after_all: &'static str,
    pub how_much: &'static str,
    pub stepper_labels: [&'static str; 3],
    pub why: &'static str,
    pub reason: fn(&ShortReason) -> &'static str,
    pub comment: &'static str,
    pub instead: &'static str,
    pub instead_none: &'static str,
    pub instead_how_much: &'static str,
    pub needs_why: fn(&str) -> String,
    pub whole_only: &'static str,
    pub by_kitchen: fn(usize) -> String,
    pub shared: &'static str,
    pub refused_title: &'static str,
    pub mine: fn(usize) -> String,
    pub theirs: fn(usize) -> String,
    pub take_mine: &'static str,
    pub keep_theirs: &'static str,
    /// The kitchen's.
    pub less_than_asked: &'static str,
    pub confirmed_line: &'static str,
    pub short_line: fn(&str, &str, &str) -> String,
    pub shared_line: &'static str,
    pub proposed: fn(&str, &str, &str) -> String,
    /// The hub's.
    pub board: &'static str,
    pub who_confirmed: fn(usize, usize) -> String,
    pub all_confirmed: &'static str,
    pub none_closed: &'static str,
    pub none_asked: &'static str,
    pub producer: &'static str,
    pub day: &'static str,
    pub products: &'static str,
    pub write_to: fn(&str) -> String,
    pub missing: &'static str,
    pub nothing_missing: &'static str,
    pub product: &'static str,
    pub granted: &'static str,
    pub confirmed: &'static str,
    pub kitchen_gets: fn(&str, &str, &str) -> String,
    pub could_bring: fn(&str, &str, &str) -> String,
}

fn sorted_out(count: usize) -> String {
    match count {
        0 => "tout est confirmé".to_owned(),
        _ => format!("moins sur {}", french(count, "produit", "produits")),
    }
}

fn in_english(count: usize) -> String {
    match count {
        0 => "all confirmed".to_owned(),
        _ => format!("less of {}", english(count, "product", "products")),
    }
}

pub(super) static FRENCH: HarvestWords = HarvestWords {
    to_harvest: |day| format!("À récolter pour {day}"),
    not_yet: "Pas encore confirmé",
    said_all: |moment| format!("Confirmé {moment}\u{a0}: tout"),
    said_less: |moment, count| {
        format!("Confirmé {moment}\u{a0}: moins sur {}", french(count, "produit", "produits"))
    },
    confirm_all: "Tout confirmer",
    confirm_less: |count| format!("Confirmer, avec moins sur {}", french(count, "produit", "produits")),
    confirming: "Enregistrement…",
    confirmed_here: "Votre réponse est enregistrée",
    is_confirmed: "C’est répondu. Les cuisines et le groupement le lisent dès qu’il y a du réseau.",
    kept: "Gardé sur cet appareil, pas encore confirmé",
    less: "Moins",
    none: "Pas dispo",
    all_after_all: "Tout, finalement",
    how_much: "Ce qu’il y aura",
    stepper_labels: ["Quantité confirmée", "Moins", "Plus"],
    why: "Pourquoi",
    reason: |reason| match reason {
        ShortReason::Weather => "Gel, météo",
        ShortReason::Quality => "Calibre, qualité",
        ShortReason::Pests => "Maladie, ravageurs",
        ShortReason::NotReady => "Pas mûr",
        ShortReason::Labor => "Main-d’œuvre",
        ShortReason::Breakdown => "Panne",
        ShortReason::Otherwise => "Autre raison",
        ShortReason::Other(_) => "Raison à préciser",
    },
    comment: "En quelques mots",
    instead: "Proposer à la place",
    instead_none: "Rien",
    instead_how_much: "Quantité proposée",
    needs_why: |product| format!("Dire pourquoi il y a moins\u{a0}: {product}."),
    whole_only: "Ce produit se compte à la pièce entière.",
    by_kitchen: |count| format!("Par cuisine ({count})"),
    shared: "Ce qu’il y a est partagé au prorata, par colis entiers quand c’est possible.",
    refused_title: "Votre réponse n’a pas été retenue",
    mine: |count| format!("Ce que vous aviez répondu ici\u{a0}: {}.", sorted_out(count)),
    theirs: |count| format!("Ce qui est enregistré\u{a0}: {}.", sorted_out(count)),
    take_mine: "Reprendre ma réponse",
    keep_theirs: "Garder ce qui est enregistré",
    less_than_asked: "Moins que demandé",
    confirmed_line: "confirmé par le producteur",
    short_line: |confirmed, granted, why| {
        format!("le producteur confirme {confirmed} sur {granted}\u{a0}: {why}")
    },
    shared_line: "partagé entre les cuisines au prorata de ce que chacune attendait",
    proposed: |quantity, name, price| {
        format!(
            "proposé à la place\u{a0}: {quantity}, {name}, à {price}. Rien n’est commandé\u{a0}: voyez avec le groupement"
        )
    },
    board: "Récoltes à confirmer",
    who_confirmed: |said, all| format!("{said} sur {}", french(all, "livraison", "livraisons")),
    none_closed: "Les récoltes se confirment après la clôture des commandes.",
    none_asked: "Cette semaine, rien n’est à récolter\u{a0}: aucune commande.",
    all_confirmed: "Tous les producteurs ont confirmé.",
    producer: "Producteur",
    day: "Livraison",
    products: "Produits",
    write_to: |email| format!("Écrire à {email}"),
    missing: "Ce qui manquera",
    nothing_missing: "Rien ne manque dans ce qui est confirmé.",
    product: "Produit",
    granted: "Attendu",
    confirmed: "Confirmé",
    kitchen_gets: |name, confirmed, granted| format!("{name}\u{a0}: {confirmed} sur {granted}"),
    could_bring: |quantity, name, price| {
        format!(
            "Proposé à la place\u{a0}: {quantity}, {name}, à {price}. Appelez les cuisines\u{a0}: rien n’est commandé sans leur accord."
        )
    },
};

pub(super) static ENGLISH: HarvestWords = HarvestWords {
    to_harvest: |day| format!("To harvest for {day}"),
    not_yet: "Not confirmed yet",
    said_all: |moment| format!("Confirmed {moment}: all of it"),
    said_less: |moment, count| {
        format!("Confirmed {moment}: less of {}", english(count, "product", "products"))
    },
    confirm_all: "Confirm all",
    confirm_less: |count| format!("Confirm, with less of {}", english(count, "product", "products")),
    confirming: "Saving…",
    confirmed_here: "Your answer is saved",
    is_confirmed: "Answered. Kitchens and the hub read it as soon as there is a network.",
    kept: "Kept on this device, not confirmed yet",
    less: "Less",
    none: "Not available",
    all_after_all: "All of it, after all",
    how_much: "What there will be",
    stepper_labels: ["Confirmed quantity", "Less", "More"],
    why: "Why",
    reason: |reason| match reason {
        ShortReason::Weather => "Frost, weather",
        ShortReason::Quality => "Size, quality",
        ShortReason::Pests => "Disease, pests",
        ShortReason::NotReady => "Not ripe",
        ShortReason::Labor => "No hands",
        ShortReason::Breakdown => "Breakdown",
        ShortReason::Otherwise => "Another reason",
        ShortReason::Other(_) => "A reason to be told",
    },
    comment: "In a few words",
    instead: "Propose instead",
    instead_none: "Nothing",
    instead_how_much: "Quantity proposed",
    needs_why: |product| format!("Say why there is less: {product}."),
    whole_only: "This product is counted in whole pieces.",
    by_kitchen: |count| format!("By kitchen ({count})"),
    shared: "What there is is shared pro rata, in whole packs where possible.",
    refused_title: "Your answer was not kept",
    mine: |count| format!("What you had answered here: {}.", in_english(count)),
    theirs: |count| format!("What is recorded: {}.", in_english(count)),
    take_mine: "Take up my answer",
    keep_theirs: "Keep what is recorded",
    less_than_asked: "Less than asked",
    confirmed_line: "confirmed by the producer",
    short_line: |confirmed, granted, why| format!("the producer confirms {confirmed} of {granted}: {why}"),
    shared_line: "shared among the kitchens pro rata of what each expected",
    proposed: |quantity, name, price| {
        format!(
            "proposed instead: {quantity}, {name}, at {price}. Nothing is ordered: settle it with the hub"
        )
    },
    board: "Harvests to confirm",
    who_confirmed: |said, all| format!("{said} of {}", english(all, "delivery", "deliveries")),
    none_closed: "Harvests are confirmed once orders are closed.",
    none_asked: "Nothing is to be harvested this week: there are no orders.",
    all_confirmed: "All producers confirmed.",
    producer: "Producer",
    day: "Delivery",
    products: "Products",
    write_to: |email| format!("Write to {email}"),
    missing: "What will be missing",
    nothing_missing: "Nothing is missing in what is confirmed.",
    product: "Product",
    granted: "Expected",
    confirmed: "Confirmed",
    kitchen_gets: |name, confirmed, granted| format!("{name}: {confirmed} of {granted}"),
    could_bring: |quantity, name, price| {
        format!("Proposed instead: {quantity}, {name}, at {price}. It is for the kitchens to say yes.")
    },
};
