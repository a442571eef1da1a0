//! How the values that travel as text are described in the server's OpenAPI document.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr,
        schema::{Schema, SchemaFormat, Type},
    },
};

use crate::{
    cycle::CycleId,
    enterprise::Siret,
    id::Reference,
    money::{Amount, Rate, UnitPrice},
    quantity::{Pack, Quantity},
    reception::cold::Celsius,
    time::Hlc,
    wire::Cursor,
};

fn text(description: &str, pattern: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).pattern(Some(pattern))
}

/// An enumeration that may hold codes of a newer version.
pub(crate) fn code(known: &[&str]) -> RefOr<Schema> {
    let description = format!("A code; known ones: {}. Others may come and are kept.", known.join(", "));
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).into()
}

/// An identifier.
pub(crate) fn uuid() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom("uuid".to_owned())))
        .into()
}

macro_rules! described {
    ($($name:ty: $description:literal, $pattern:literal;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                text($description, $pattern).into()
            }
        }
        impl ToSchema for $name {}
    )*};
}

described! {
    Reference: "The reference of an offer in its price list.", r"^\S(.{0,38}\S)?$";
    CycleId: "An ISO week.", r"^2[01]\d\d-W\d\d$";
    Siret: "A SIRET.", r"^\d{14}$";
    Hlc: "A hybrid clock reading, in hexadecimal.", r"^[0-9a-f]{32}$";
    Cursor: "A place in a feed.", r"^e[0-9a-f]+\.\d+$";
    UnitPrice: "Euros per unit before tax, at most four decimals.", r"^\d{1,5}(\.\d{1,4})?$";
    Amount: "Euros, at most two decimals.", r"^-?\d+(\.\d{1,2})?$";
    Rate: "Per cent, at most two decimals.", r"^\d{1,3}(\.\d{1,2})?$";
    Quantity: "In the offer's unit, at most three decimals.", r"^\d+(\.\d{1,3})?$";
    Celsius: "Degrees Celsius, at most one decimal.", r"^-?\d{1,3}(\.\d)?$";
    Pack: "What one pack holds, in the offer's unit; above zero.", r"^\d+(\.\d{1,3})?$";
}
