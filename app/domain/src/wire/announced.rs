//! What the hub reads of a week to come, before its list is out.

use serde::{Deserialize, Serialize};

use crate::{
    cycle::CycleId,
    id::{ProducerId, Reference},
    time::Timestamp,
};

/// The week after the last list: who said what there will be, and who said nothing.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedWeek {
    /// The week; `None` before the first price list: nobody has anything to say again.
    pub week: Option<CycleId>,
    /// Every producer of the last list, and whoever else said something, in name order.
    pub producers: Vec<AnnouncedBy>,
}

/// One producer's word on the week.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedBy {
    /// Who.
    pub producer: ProducerId,
    /// Their name.
    pub name: String,
    /// Offers they have in the last list.
    pub offers: u32,
    /// What they said; `None`: nothing yet.
    pub said: Option<SaidInFigures>,
}

/// What a producer said, in figures.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidInFigures {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Products there will be; zero: nothing this week.
    pub products: u32,
    /// Of these, how many depend on the weather.
    pub weather: u32,
    /// Of these, how many cost more than in the last list.
    pub dearer: u32,
    /// Of these, how many cost less.
    pub cheaper: u32,
    /// Products the last list does not name: a list made of what was announced leaves them out.
    pub unnamed: Vec<Reference>,
}
