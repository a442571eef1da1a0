use super::*;

#[test]
fn a_unit_has_many_spellings() {
    let cases: [(&[&str], Unit); 5] = [
        (
            &[
                "kg",
                "KG",
                "Kg.",
                "kgs",
                "kilo",
                "Kilos",
                "kilogramme",
                "KILOGRAMMES",
                "le kg",
                "au kilo",
                "KGM",
                "/kg",
            ],
            Unit::Kilogram,
        ),
        (&["l", "L", "litre", "Litres", "le litre", "LTR"], Unit::Litre),
        (
            &[
                "pièce",
                "piece",
                "Pièces",
                "pce",
                "pc",
                "p",
                "u",
                "U.",
                "unité",
                "l'unité",
                "à l’unité",
                "H87",
            ],
            Unit::Piece,
        ),
        (&["botte", "Bottes", "la botte", "BH"], Unit::Bunch),
        (&["barquette", "bq", "Barq.", "TY"], Unit::Punnet),
    ];
    for (spellings, expected) in cases {
        for spelling in spellings {
            assert_eq!(unit(spelling), Some(expected.clone()), "{spelling:?}");
        }
    }
    for unknown in ["", "colis", "kg/pièce", "100 g", "?"] {
        assert_eq!(unit(unknown), None, "{unknown:?}");
    }
}

#[test]
fn every_family_is_known_by_code_by_name_and_by_the_trades_word() {
    for known in ProductFamily::KNOWN {
        assert_eq!(family(known.code()), Some(known.clone()));
        assert_eq!(family(&known.code().to_lowercase().replace('_', " ")), Some(known.clone()));
    }
    let cases = [
        ("Fruits et légumes frais et surgelés", ProductFamily::FruitAndVegetables),
        ("Légumes", ProductFamily::FruitAndVegetables),
        ("Viandes et volailles fraîches et surgelées", ProductFamily::MeatAndPoultry),
        ("Produits de la mer et aquaculture frais et surgelés", ProductFamily::Seafood),
        ("BOF (Produits laitiers, beurre et œufs)", ProductFamily::Dairy),
        ("Œufs", ProductFamily::Dairy),
        ("Boulangerie / Pâtisserie fraîches et surgelées", ProductFamily::Bakery),
        ("Autres produits frais, surgelés et d'épicerie", ProductFamily::Grocery),
        ("Épicerie", ProductFamily::Grocery),
    ];
    for (text, expected) in cases {
        assert_eq!(family(text), Some(expected), "{text}");
    }
    assert_eq!(family("Quincaillerie"), None);
}

#[test]
fn signs_are_read_in_their_order_and_unknown_ones_are_kept() {
    use QualitySign::{Aop, FairTrade, Farm, Hve, Igp, LabelRouge, Organic, Other, Stg, SustainableFishing};
    let cases = [
        ("BIO", vec![Organic]),
        ("AB", vec![Organic]),
        ("Agriculture biologique", vec![Organic]),
        ("bio/AB", vec![Organic]),
        ("BIO AB", vec![Organic]),
        ("Label Rouge, IGP", vec![LabelRouge, Igp]),
        ("LR + AOC", vec![LabelRouge, Aop]),
        ("AOCAOP", vec![Aop]),
        ("AOC/AOP", vec![Aop]),
        ("A.O.P.", vec![Other("A.O.P.".into())]),
        ("IGP Aveyron", vec![Igp]),
        ("STG", vec![Stg]),
        ("HVE, COMMERCE EQUITABLE", vec![Hve, FairTrade]),
        ("HVE niveau 3", vec![Hve]),
        // Level 2 stops counting on 1 January 2027: it is not the same sign.
        ("HVE niveau 2", vec![Other("HVE niveau 2".into())]),
        ("Pêche durable et fermier", vec![SustainableFishing, Farm]),
        ("bio équitable", vec![Organic, FairTrade]),
        ("Bleu-Blanc-Cœur", vec![Other("Bleu-Blanc-Cœur".into())]),
        ("conventionnel", vec![]),
        ("-", vec![]),
        ("néant", vec![]),
    ];
    for (text, expected) in cases {
        assert_eq!(signs(text), expected, "{text:?}");
    }
    for known in QualitySign::KNOWN {
        assert_eq!(signs(known.code()), std::slice::from_ref(known));
    }
}

#[test]
fn no_word_on_allergens_is_not_none_of_the_fourteen() {
    assert_eq!(allergens("-"), None);
    assert_eq!(allergens("aucun"), Some(vec![]));
    assert_eq!(allergens("gluten,œufs,lait"), Some(vec![Allergen::Gluten, Allergen::Eggs, Allergen::Milk]));
    assert_eq!(allergens("Fruits à coques; Sésame"), Some(vec![Allergen::Nuts, Allergen::Sesame]));
    assert_eq!(allergens("kiwi"), Some(vec![Allergen::Other("kiwi".into())]));
    for known in Allergen::KNOWN {
        assert_eq!(allergens(known.code()), Some(vec![known.clone()]));
    }
}

#[test]
fn every_temperature_class_is_known_by_its_words() {
    for known in TemperatureClass::KNOWN {
        assert_eq!(temperature(&known.code().replace('_', " ")), Some(known.clone()));
    }
    assert_eq!(temperature("4e gamme"), Some(TemperatureClass::ReadyToUse));
    assert_eq!(temperature("Fromage affiné"), Some(TemperatureClass::RipenedCheese));
    assert_eq!(temperature("-"), None);
    assert_eq!(temperature("+63"), Some(TemperatureClass::Other("+63".into())));
}

#[test]
fn an_origin_is_a_zone() {
    assert_eq!(origin("FRANCE"), Some(Origin::France));
    assert_eq!(origin("Espagne"), Some(Origin::Europe));
    assert_eq!(origin("MONDE"), Some(Origin::World));
    assert_eq!(origin("Chili"), Some(Origin::Other("Chili".into())));
    assert_eq!(origin("nc"), None);
}
