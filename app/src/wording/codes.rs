//! The words of the codes an offer is made of: families, signs, units. Every `match` is exhaustive; a code that came from a
//! newer server is shown as it came.

use domain::{
    catalog::{Allergen, Origin, ProductFamily, QualitySign},
    quantity::Unit,
};

/// The words of an offer's codes, in one language.
pub(crate) struct CodeWords {
    /// One and several; empty for a unit nobody taught us.
    pub unit: fn(&Unit) -> (&'static str, &'static str),
    /// A family's full name; its code when unknown.
    pub family: fn(&ProductFamily) -> &str,
    /// The same for a narrow chip.
    pub family_short: fn(&ProductFamily) -> &str,
    /// A sign, as its label says it.
    pub sign: fn(&QualitySign) -> &str,
    /// Where a product comes from.
    pub origin: fn(&Origin) -> &str,
    /// An allergen.
    pub allergen: fn(&Allergen) -> &str,
}

pub(crate) static FRENCH: CodeWords = CodeWords {
    unit: |unit| match unit {
        Unit::Kilogram => ("kg", "kg"),
        Unit::Litre => ("L", "L"),
        Unit::Piece => ("pièce", "pièces"),
        Unit::Bunch => ("botte", "bottes"),
        Unit::Punnet => ("barquette", "barquettes"),
        Unit::Other(_) => Default::default(),
    },
    family: |family| match family {
        ProductFamily::FruitAndVegetables => "Fruits et légumes",
        ProductFamily::MeatAndPoultry => "Viandes et volailles",
        ProductFamily::Charcuterie => "Charcuterie",
        ProductFamily::Seafood => "Produits de la mer",
        ProductFamily::Dairy => "Produits laitiers, beurre et œufs",
        ProductFamily::Bakery => "Boulangerie et pâtisserie",
        ProductFamily::Drinks => "Boissons",
        ProductFamily::Grocery => "Épicerie et autres",
        ProductFamily::Other(code) => code,
    },
    family_short: |family| match family {
        ProductFamily::FruitAndVegetables => "Fruits et légumes",
        ProductFamily::MeatAndPoultry => "Viandes et volailles",
        ProductFamily::Charcuterie => "Charcuterie",
        ProductFamily::Seafood => "Mer",
        ProductFamily::Dairy => "Laitiers et œufs",
        ProductFamily::Bakery => "Boulangerie",
        ProductFamily::Drinks => "Boissons",
        ProductFamily::Grocery => "Épicerie",
        ProductFamily::Other(code) => code,
    },
    sign: |sign| match sign {
        QualitySign::Organic => "Bio",
        QualitySign::LabelRouge => "Label Rouge",
        QualitySign::Aop => "AOP",
        QualitySign::Igp => "IGP",
        QualitySign::Stg => "STG",
        QualitySign::Hve => "HVE",
        QualitySign::SustainableFishing => "Pêche durable",
        QualitySign::OutermostRegion => "RUP",
        QualitySign::FairTrade => "Équitable",
        QualitySign::Farm => "Fermier",
        QualitySign::Other(code) => code,
    },
    origin: |origin| match origin {
        Origin::France => "France",
        Origin::Europe => "Europe",
        Origin::World => "hors d’Europe",
        Origin::Other(code) => code,
    },
    allergen: |allergen| match allergen {
        Allergen::Gluten => "gluten",
        Allergen::Crustaceans => "crustacés",
        Allergen::Eggs => "œufs",
        Allergen::Fish => "poissons",
        Allergen::Peanuts => "arachides",
        Allergen::Soybeans => "soja",
        Allergen::Milk => "lait",
        Allergen::Nuts => "fruits à coque",
        Allergen::Celery => "céleri",
        Allergen::Mustard => "moutarde",
        Allergen::Sesame => "sésame",
        Allergen::Sulphites => "sulfites",
        Allergen::Lupin => "lupin",
        Allergen::Molluscs => "mollusques",
        Allergen::Other(code) => code,
    },
};

pub(super) static ENGLISH: CodeWords = CodeWords {
    unit: |unit| match unit {
        Unit::Kilogram => ("kg", "kg"),
        Unit::Litre => ("L", "L"),
        Unit::Piece => ("piece", "pieces"),
        Unit::Bunch => ("bunch", "bunches"),
        Unit::Punnet => ("punnet", "punnets"),
        Unit::Other(_) => Default::default(),
    },
    family: |family| match family {
        ProductFamily::FruitAndVegetables => "Fruit and vegetables",
        ProductFamily::MeatAndPoultry => "Meat and poultry",
        ProductFamily::Charcuterie => "Cured meats",
        ProductFamily::Seafood => "Fish and shellfish",
        ProductFamily::Dairy => "Dairy, butter and eggs",
        ProductFamily::Bakery => "Bread and pastry",
        ProductFamily::Drinks => "Drinks",
        ProductFamily::Grocery => "Grocery and other",
        ProductFamily::Other(code) => code,
    },
    family_short: |family| match family {
        ProductFamily::FruitAndVegetables => "Fruit and veg",
        ProductFamily::MeatAndPoultry => "Meat and poultry",
        ProductFamily::Charcuterie => "Cured meats",
        ProductFamily::Seafood => "Fish",
        ProductFamily::Dairy => "Dairy and eggs",
        ProductFamily::Bakery => "Bakery",
        ProductFamily::Drinks => "Drinks",
        ProductFamily::Grocery => "Grocery",
        ProductFamily::Other(code) => code,
    },
    sign: |sign| match sign {
        QualitySign::Organic => "Organic",
        QualitySign::LabelRouge => "Label Rouge",
        QualitySign::Aop => "PDO",
        QualitySign::Igp => "PGI",
        QualitySign::Stg => "TSG",
        QualitySign::Hve => "HVE",
        QualitySign::SustainableFishing => "Sustainable fishing",
        QualitySign::OutermostRegion => "Outermost region",
        QualitySign::FairTrade => "Fair trade",
        QualitySign::Farm => "Farm-made",
        QualitySign::Other(code) => code,
    },
    origin: |origin| match origin {
        Origin::France => "France",
        Origin::Europe => "Europe",
        Origin::World => "outside Europe",
        Origin::Other(code) => code,
    },
    allergen: |allergen| match allergen {
        Allergen::Gluten => "gluten",
        Allergen::Crustaceans => "crustaceans",
        Allergen::Eggs => "eggs",
        Allergen::Fish => "fish",
        Allergen::Peanuts => "peanuts",
        Allergen::Soybeans => "soybeans",
        Allergen::Milk => "milk",
        Allergen::Nuts => "nuts",
        Allergen::Celery => "celery",
        Allergen::Mustard => "mustard",
        Allergen::Sesame => "sesame",
        Allergen::Sulphites => "sulphites",
        Allergen::Lupin => "lupin",
        Allergen::Molluscs => "molluscs",
        Allergen::Other(code) => code,
    },
};
