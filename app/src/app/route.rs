//! The addresses of the application, as a type: a link cannot point to a page that does not exist.

use domain::{
    enterprise::Role,
    id::{DraftId, ProducerId},
};

use crate::wording::ShellWords;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/`: the first page of whoever is signed in.
    Home,
    /// Sign-in; also to sign in again when the session ended.
    SignIn,
    /// This device is paired by a code: what the fragment carries, or what a person types.
    Pair,
    /// An invitation is opened: its secret is in the fragment, which no log holds.
    Invitation,
    /// A kitchen's catalogue.
    Catalog,
    /// What a kitchen is preparing.
    Draft,
    /// What it sent.
    Orders,
    /// One of them, by the draft it was sent from.
    Order(DraftId),
    /// The quantities of one of them, opened again.
    Amend(DraftId),
    /// A producer's own offers.
    Offers,
    /// What a producer has to prepare.
    Prepare,
    /// The hub's board.
    Week,
    /// The hub's import.
    PriceList,
    /// The hub's consolidated demand.
    Demand,
    /// One producer's sheet, of the current cycle.
    Sheet(ProducerId),
    /// What an authority reads.
    Indicators,
    /// Language, device, sign-out.
    Settings,
    /// Where this device stands, and the ways out when it cannot send.
    Diagnostic,
    /// Paired devices, and one's own sessions.
    Devices,
    /// Who has access.
    People,
    /// What was done about access.
    Journal,
    /// An address nobody gave.
    NotFound,
}

impl Route {
    /// The page of an address' path.
    pub(crate) fn parse(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => Self::Home,
            ["connexion"] => Self::SignIn,
            ["associer"] => Self::Pair,
            ["invitation"] => Self::Invitation,
            ["appareils"] => Self::Devices,
            ["personnes"] => Self::People,
            ["journal"] => Self::Journal,
            ["catalogue"] => Self::Catalog,
            ["commande"] => Self::Draft,
            ["commandes"] => Self::Orders,
            ["commandes", draft] => draft.parse().map_or(Self::NotFound, Self::Order),
            ["commandes", draft, "modifier"] => draft.parse().map_or(Self::NotFound, Self::Amend),
            ["disponibilites"] => Self::Offers,
            ["a-preparer"] => Self::Prepare,
            ["semaine"] => Self::Week,
            ["mercuriale"] => Self::PriceList,
            ["demande"] => Self::Demand,
            ["demande", producer] => producer.parse().map_or(Self::NotFound, Self::Sheet),
            ["indicateurs"] => Self::Indicators,
            ["reglages"] => Self::Settings,
            ["diagnostic"] => Self::Diagnostic,
            _ => Self::NotFound,
        }
    }

    /// Its address.
    pub(crate) fn path(self) -> String {
        let fixed = match self {
            Self::Home => "/",
            Self::SignIn => "/connexion",
            Self::Pair => "/associer",
            Self::Invitation => "/invitation",
            Self::Devices => "/appareils",
            Self::People => "/personnes",
            Self::Journal => "/journal",
            Self::Catalog => "/catalogue",
            Self::Draft => "/commande",
            Self::Orders => "/commandes",
            Self::Order(draft) => return format!("/commandes/{draft}"),
            Self::Amend(draft) => return format!("/commandes/{draft}/modifier"),
            Self::Offers => "/disponibilites",
            Self::Prepare => "/a-preparer",
            Self::Week => "/semaine",
            Self::PriceList => "/mercuriale",
            Self::Demand => "/demande",
            Self::Sheet(producer) => return format!("/demande/{producer}"),
            Self::Indicators => "/indicateurs",
            Self::Settings => "/reglages",
            Self::Diagnostic => "/diagnostic",
            Self::NotFound => "/introuvable",
        };
        fixed.to_owned()
    }

    /// Whether a person of this role has this page.
    pub(crate) fn is_for(self, role: &Role) -> bool {
        match self {
            Self::Home
            | Self::SignIn
            | Self::Pair
            | Self::Invitation
            | Self::Settings
            | Self::Diagnostic
            | Self::NotFound => true,
            Self::Devices | Self::People => !matches!(role, Role::Authority { .. }),
            Self::Catalog | Self::Draft | Self::Orders | Self::Order(_) | Self::Amend(_) => {
                matches!(role, Role::Kitchen { .. })
            }
            Self::Offers | Self::Prepare => matches!(role, Role::Producer { .. }),
            Self::Week | Self::PriceList | Self::Demand | Self::Sheet(_) | Self::Journal => {
                matches!(role, Role::Hub { .. })
            }
            Self::Indicators => matches!(role, Role::Authority { .. }),
        }
    }

    /// Whether it is a page of somebody who comes in, without the frame of the application.
    pub(crate) fn is_door(self) -> bool {
        matches!(self, Self::SignIn | Self::Pair | Self::Invitation)
    }

    /// The destination of the navigation this page belongs to.
    pub(crate) fn destination(self) -> Self {
        match self {
            Self::Order(_) | Self::Amend(_) => Self::Orders,
            Self::Sheet(_) => Self::Demand,
            Self::Devices | Self::Journal => Self::People,
            other => other,
        }
    }
}

/// A link of the navigation.
pub(crate) struct Destination {
    /// Where to.
    pub route: Route,
    /// The sign's name in the sprite.
    pub icon: &'static str,
    /// Its words.
    pub name: fn(&ShellWords) -> &'static str,
}

const fn to(route: Route, icon: &'static str, name: fn(&ShellWords) -> &'static str) -> Destination {
    Destination { route, icon, name }
}

static KITCHEN: [Destination; 3] = [
    to(Route::Catalog, "basket", |words| words.catalog),
    to(Route::Draft, "list", |words| words.my_order),
    to(Route::Orders, "clock", |words| words.my_orders),
];
static PRODUCER: [Destination; 2] = [
    to(Route::Offers, "sprout", |words| words.my_offers),
    to(Route::Prepare, "truck", |words| words.to_prepare),
];
static HUB: [Destination; 4] = [
    to(Route::Week, "calendar", |words| words.week_board),
    to(Route::PriceList, "list", |words| words.price_list),
    to(Route::Demand, "scale", |words| words.demand),
    to(Route::People, "user", |words| words.people),
];
static AUTHORITY: [Destination; 1] = [to(Route::Indicators, "scale", |words| words.indicators)];

/// The destinations of a role, its first page first.
pub(crate) fn destinations(role: &Role) -> &'static [Destination] {
    match role {
        Role::Kitchen { .. } => &KITCHEN,
        Role::Producer { .. } => &PRODUCER,
        Role::Hub { .. } => &HUB,
        Role::Authority { .. } => &AUTHORITY,
    }
}

/// The first page of a role.
pub(crate) fn home(role: &Role) -> Route {
    destinations(role).first().map_or(Route::Settings, |destination| destination.route)
}

#[cfg(test)]
mod tests {
    use domain::id::{HubId, SiteId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_address_reads_back_as_its_page() {
        let draft = DraftId(Uuid::from_u128(7));
        let producer = ProducerId(Uuid::from_u128(8));
        let pages = [
            Route::Home,
            Route::SignIn,
            Route::Pair,
            Route::Invitation,
            Route::Devices,
            Route::People,
            Route::Journal,
            Route::Catalog,
            Route::Draft,
            Route::Orders,
            Route::Order(draft),
            Route::Amend(draft),
            Route::Offers,
            Route::Prepare,
            Route::Week,
            Route::PriceList,
            Route::Demand,
            Route::Sheet(producer),
            Route::Indicators,
            Route::Settings,
            Route::Diagnostic,
            Route::NotFound,
        ];
        for page in pages {
            assert_eq!(Route::parse(&page.path()), page, "{}", page.path());
            assert_eq!(Route::parse(&format!("{}/", page.path())), page, "a trailing slash is forgiven");
        }
        assert_eq!(Route::parse("/commandes/pas-un-numero"), Route::NotFound);
        assert_eq!(Route::parse("/catalogue/de/plus"), Route::NotFound);
    }

    #[test]
    fn a_kitchen_has_no_page_of_the_hub_and_everybody_has_a_home() {
        let (hub, site) = (HubId(Uuid::from_u128(1)), SiteId(Uuid::from_u128(2)));
        let kitchen = Role::Kitchen { hub, site };
        assert!(
            !Route::Week.is_for(&kitchen) && !Route::Offers.is_for(&kitchen) && Route::Draft.is_for(&kitchen)
        );
        let producer = Role::Producer { hub, producer: ProducerId(Uuid::from_u128(3)) };
        for role in [kitchen, producer, Role::Hub { hub }, Role::Authority { hub }] {
            assert!(home(&role).is_for(&role));
            assert!(destinations(&role).len() <= 5);
            assert!(destinations(&role).iter().all(|destination| destination.route.is_for(&role)));
        }
    }
}
