//! The addresses of the application, as a type: a link cannot point to a page that does not exist.

use domain::{
    enterprise::Role,
    id::{DraftId, ProducerId},
    quay::{PageKey, Side},
    time::Date,
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
    /// A password is set anew: by the link whose secret is in the fragment, or by who asks for one.
    Password,
    /// Somebody asks to join.
    Join,
    /// A browser comes back from a provider of accounts of elsewhere; how it went is in the fragment.
    ComeBack,
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
    /// The reception of one of them, on one day.
    Reception(DraftId, Date),
    /// A producer's own offers.
    Offers,
    /// What a producer announces of the week to come.
    Announce,
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
    /// What comes over the hub's quay on a day.
    Quay,
    /// What leaves it.
    QuayOut,
    /// One page of its book.
    QuayPage(PageKey),
    /// Where lots went.
    Lots,
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

/// The pages whose address is always the same.
static FIXED: [(&str, Route); 26] = [
    ("/", Route::Home),
    ("/connexion", Route::SignIn),
    ("/associer", Route::Pair),
    ("/invitation", Route::Invitation),
    ("/mot-de-passe", Route::Password),
    ("/rejoindre", Route::Join),
    ("/retour", Route::ComeBack),
    ("/catalogue", Route::Catalog),
    ("/commande", Route::Draft),
    ("/commandes", Route::Orders),
    ("/disponibilites", Route::Offers),
    ("/disponibilites/semaine-prochaine", Route::Announce),
    ("/a-preparer", Route::Prepare),
    ("/semaine", Route::Week),
    ("/mercuriale", Route::PriceList),
    ("/demande", Route::Demand),
    ("/quai", Route::Quay),
    ("/quai/departs", Route::QuayOut),
    ("/tracabilite", Route::Lots),
    ("/indicateurs", Route::Indicators),
    ("/reglages", Route::Settings),
    ("/diagnostic", Route::Diagnostic),
    ("/appareils", Route::Devices),
    ("/personnes", Route::People),
    ("/journal", Route::Journal),
    ("/introuvable", Route::NotFound),
];

impl Route {
    /// The page of an address' path.
    pub(crate) fn parse(path: &str) -> Self {
        let path = path.trim_end_matches('/');
        let path = if path.is_empty() { "/" } else { path };
        if let Some((_, page)) = FIXED.iter().find(|(fixed, _)| *fixed == path) {
            return *page;
        }
        let read = if let Some(order) = path.strip_prefix("/commandes/") {
            Self::of_order(order)
        } else if let Some(page) = path.strip_prefix("/quai/") {
            Self::of_quay(page)
        } else {
            path.strip_prefix("/demande/").and_then(|producer| producer.parse().ok()).map(Self::Sheet)
        };
        read.unwrap_or(Self::NotFound)
    }

    /// A page of the quay: the day, the week, which side, whose.
    fn of_quay(path: &str) -> Option<Self> {
        let mut parts = path.split('/');
        let (delivery_on, cycle) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let (side, whose) = (parts.next()?, parts.next()?);
        let side = match side {
            "arrivee" => Side::In(whose.parse().ok()?),
            "depart" => Side::Out(whose.parse().ok()?),
            _ => return None,
        };
        parts.next().is_none().then_some(Self::QuayPage(PageKey { cycle, delivery_on, side }))
    }

    /// A page of one order.
    fn of_order(path: &str) -> Option<Self> {
        let (draft, page) = path.split_once('/').unwrap_or((path, ""));
        let draft = draft.parse().ok()?;
        match page {
            "" => Some(Self::Order(draft)),
            "modifier" => Some(Self::Amend(draft)),
            _ => Some(Self::Reception(draft, page.strip_prefix("reception/")?.parse().ok()?)),
        }
    }

    /// Its address.
    pub(crate) fn path(self) -> String {
        match self {
            Self::Order(draft) => format!("/commandes/{draft}"),
            Self::Amend(draft) => format!("/commandes/{draft}/modifier"),
            Self::Reception(draft, day) => format!("/commandes/{draft}/reception/{day}"),
            Self::Sheet(producer) => format!("/demande/{producer}"),
            Self::QuayPage(PageKey { cycle, delivery_on, side }) => match side {
                Side::In(producer) => format!("/quai/{delivery_on}/{cycle}/arrivee/{producer}"),
                Side::Out(site) => format!("/quai/{delivery_on}/{cycle}/depart/{site}"),
            },
            fixed => {
                let known = FIXED.iter().find(|(_, page)| *page == fixed);
                known.map_or("/introuvable", |(path, _)| *path).to_owned()
            }
        }
    }

    /// Whether a person of this role has this page.
    pub(crate) fn is_for(self, role: &Role) -> bool {
        match self {
            Self::Home
            | Self::SignIn
            | Self::Pair
            | Self::Invitation
            | Self::Password
            | Self::Join
            | Self::ComeBack
            | Self::Settings
            | Self::Diagnostic
            | Self::Devices
            | Self::NotFound => true,
            Self::People => !matches!(role, Role::Authority { .. }),
            Self::Catalog
            | Self::Draft
            | Self::Orders
            | Self::Order(_)
            | Self::Amend(_)
            | Self::Reception(..) => {
                matches!(role, Role::Kitchen { .. })
            }
            Self::Offers | Self::Announce | Self::Prepare => matches!(role, Role::Producer { .. }),
            Self::Week
            | Self::PriceList
            | Self::Demand
            | Self::Sheet(_)
            | Self::Quay
            | Self::QuayOut
            | Self::QuayPage(_)
            | Self::Lots
            | Self::Journal => {
                matches!(role, Role::Hub { .. })
            }
            Self::Indicators => matches!(role, Role::Authority { .. }),
        }
    }

    /// Whether it is a page of somebody who comes in, without the frame of the application.
    pub(crate) fn is_door(self) -> bool {
        matches!(
            self,
            Self::SignIn | Self::Pair | Self::Invitation | Self::Password | Self::Join | Self::ComeBack
        )
    }

    /// The destination of the navigation this page belongs to.
    pub(crate) fn destination(self) -> Self {
        match self {
            Self::Order(_) | Self::Amend(_) | Self::Reception(..) => Self::Orders,
            Self::Sheet(_) => Self::Demand,
            Self::QuayOut | Self::QuayPage(_) | Self::Lots => Self::Quay,
            Self::Announce => Self::Offers,
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
static HUB: [Destination; 5] = [
    to(Route::Week, "calendar", |words| words.week_board),
    to(Route::PriceList, "list", |words| words.price_list),
    to(Route::Demand, "scale", |words| words.demand),
    to(Route::Quay, "truck", |words| words.quay),
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
        let (cycle, delivery_on) = ("2026-W49".parse().unwrap(), "2026-12-01".parse().unwrap());
        let on_the_quay = |side| Route::QuayPage(PageKey { cycle, delivery_on, side });
        let pages = [
            Route::Home,
            Route::SignIn,
            Route::Pair,
            Route::Invitation,
            Route::Password,
            Route::Join,
            Route::ComeBack,
            Route::Devices,
            Route::People,
            Route::Journal,
            Route::Catalog,
            Route::Draft,
            Route::Orders,
            Route::Order(draft),
            Route::Amend(draft),
            Route::Reception(draft, "2026-11-30".parse().unwrap()),
            Route::Offers,
            Route::Prepare,
            Route::Week,
            Route::PriceList,
            Route::Demand,
            Route::Sheet(producer),
            Route::Quay,
            Route::QuayOut,
            Route::Lots,
            on_the_quay(Side::In(producer)),
            on_the_quay(Side::Out(SiteId(Uuid::from_u128(9)))),
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
        assert_eq!(Route::parse("/quai/2026-12-01/2026-W49/ailleurs/7"), Route::NotFound);
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
