//! The application travels in pieces.
//!
//! What only the functions marked below lead to, and those of `state/exchange.rs` and `wording/english.rs`, leaves the first module and becomes a
//! module of its own (`app/bundle/src/pieces.rs` does the cutting), fetched when it is first needed. All pieces of a build
//! are on the device before it counts as ready to work offline: the worker keeps them like the rest. With the first of them comes
//! their look (`public/styles/later.css`).
//!
//! | piece | holds | asked for |
//! |---|---|---|
//! | the first | the frame, the catalogue, what reads and writes this device | at once |
//! | [`Piece::Device`] | the exchange with the server, the account's menu, signing in and out, settings, diagnostic | at the first round |
//! | [`Piece::Kitchen`] | the draft, the orders sent, changing and withdrawing them, the catalogue's filters | once a kitchen's first page has settled |
//! | [`Piece::Desk`] | the screens of producers, the hub and the Region; who comes in: pairing, invitations, people, the journal | with the first of them |
//! | [`Piece::Lock`] | codes, and the cipher they open | where a device has codes, or somebody wants one |
//! | English | the sentences of the second language | at once, where somebody chose it |

use std::{cell::RefCell, future::Future, time::Duration};

use domain::enterprise::Role;
use futures_util::{FutureExt, future::join};
use leptos::{prelude::*, task::spawn_local, wasm_split::wasm_split};

use super::{Route, account_menu::AccountMenu, session_notices::RareNotices, sign_out::SignOutDialog};
use crate::{
    device::style,
    screens::{
        amend::AmendScreen,
        announce::AnnounceScreen,
        catalog::FilterSheet,
        come_back::ComeBackScreen,
        demand::DemandScreen,
        devices::DevicesScreen,
        diagnostic::DiagnosticScreen,
        draft::DraftScreen,
        indicators::IndicatorsScreen,
        invitation::InvitationScreen,
        join::JoinScreen,
        journal::JournalScreen,
        locked::LockedScreen,
        lots::LotsScreen,
        order_detail::OrderDetailScreen,
        orders::OrdersScreen,
        pair::PairScreen,
        password::PasswordScreen,
        people::PeopleScreen,
        prepare::PrepareScreen,
        price_list::PriceListScreen,
        problem::{Problem, said},
        producer_offers::ProducerOffersScreen,
        quay::{QuayPageScreen, QuayScreen},
        reception::ReceptionScreen,
        settings::{SettingsScreen, codes::Codes},
        sheet::SheetScreen,
        sign_in::SignInScreen,
        week::WeekScreen,
    },
    state::{AppError, Missing},
    wording::words,
};

/// A first page has settled after this time: fetching what comes next takes nothing from it.
const SETTLED: Duration = Duration::from_millis(1_500);

/// What comes after the first module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// The exchange with the server, and the pages of the device.
    Device,
    /// What a kitchen does beside looking.
    Kitchen,
    /// Everybody else's pages.
    Desk,
    /// Codes.
    Lock,
}

thread_local! {
    /// What this page fetched already.
    static HERE: RefCell<Vec<Piece>> = const { RefCell::new(Vec::new()) };
}

impl Piece {
    /// Brings the piece and its look here, once; tried anew at each call after a failure.
    async fn fetch(self) -> Result<(), Missing> {
        let screens = async {
            match self {
                Self::Device => fetch_device().await,
                Self::Kitchen => fetch_kitchen().await,
                Self::Desk => fetch_desk().await,
                Self::Lock => fetch_lock().await,
            }
        };
        let (came, looks) = join(screens, style::fetch_later()).await;
        came?;
        if !looks {
            return Err(Missing);
        }
        HERE.with_borrow_mut(|here| {
            if !here.contains(&self) {
                here.push(self);
            }
        });
        Ok(())
    }

    fn is_here(self) -> bool {
        HERE.with_borrow(|here| here.contains(&self))
    }

    /// What a screen of this piece shows, once it is here: at once when it already is. What stood in its place before
    /// leaves the page without waiting: nothing dead can be tapped.
    fn show<F>(self, screen: impl Fn() -> F + Send + 'static) -> AnyView
    where
        F: Future<Output = Result<AnyView, Missing>> + Send + 'static,
    {
        let arrival = RwSignal::new(if self.is_here() { Arrival::Here } else { Arrival::Coming });
        let fetch = move || {
            spawn_local(async move {
                let fetched = self.fetch().await;
                // Nobody waits any more when the page was left meanwhile.
                let _ = arrival.try_set(fetched.map_or(Arrival::Failed, |()| Arrival::Here));
            });
        };
        if arrival.get_untracked() == Arrival::Coming {
            fetch();
        }
        let again = Callback::new(move |()| {
            arrival.set(Arrival::Coming);
            fetch();
        });
        (move || match arrival.get() {
            Arrival::Coming => {
                view! { <p class="soft late" role="status">{words().shell().loading}</p> }.into_any()
            }
            // What is here answers at once: nothing of what waits for screens is needed to show one.
            Arrival::Here => screen().now_or_never().and_then(Result::ok).into_any(),
            Arrival::Failed => view! { <Problem said=said(&AppError::Offline) retry=again/> }.into_any(),
        })
        .into_any()
    }
}

/// What the kitchen's piece shows. One function a piece leads into it: once it answered, it answers at once.
#[derive(Clone, Copy)]
enum KitchenPart {
    Page(Route),
    /// The catalogue's filters, with how many offers answer.
    Filters(Signal<usize>),
}

/// What the device's piece shows.
#[derive(Clone, Copy)]
enum DevicePart {
    Page(Route),
    /// What is under the account button.
    Account,
    /// What is rarely said above a page.
    Notices,
    /// What becomes of what waits.
    SignOut,
}

/// Where a piece that a page waits for stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arrival {
    Coming,
    Here,
    Failed,
}

/// The page of a route that is not in the first module.
pub(super) fn screen(route: Route, role: Role) -> AnyView {
    match route {
        Route::Draft | Route::Orders | Route::Order(_) | Route::Amend(_) | Route::Reception(..) => {
            Piece::Kitchen.show(move || of_kitchen(KitchenPart::Page(route)))
        }
        Route::Settings | Route::Diagnostic => Piece::Device.show(move || of_device(DevicePart::Page(route))),
        _ => Piece::Desk.show(move || of_desk(route, Some(role))),
    }
}

/// What this person will tap next is here before they tap.
pub(super) fn fetch_the_next(role: Role) {
    if matches!(role, Role::Kitchen { .. }) {
        set_timeout(|| spawn_local(async { _ = Piece::Kitchen.fetch().await }), SETTLED);
    }
}

/// Where one comes in: by a password, where the address says nothing else.
pub(super) fn door(route: Route) -> AnyView {
    match route {
        Route::Pair | Route::Invitation | Route::Password | Route::Join | Route::ComeBack => {
            Piece::Desk.show(move || of_desk(route, None))
        }
        _ => Piece::Device.show(|| of_device(DevicePart::Page(Route::SignIn))),
    }
}

/// The catalogue's filters, once somebody opens them. `found`: how many answer.
pub(crate) fn filters(found: Signal<usize>) -> AnyView {
    Piece::Kitchen.show(move || of_kitchen(KitchenPart::Filters(found)))
}

#[wasm_split(kitchen, wasm_split_path = leptos::wasm_split, fallible, preload(fetch_kitchen))]
fn of_kitchen(part: KitchenPart) -> Result<AnyView, Missing> {
    Ok(match part {
        KitchenPart::Filters(found) => view! { <FilterSheet found/> }.into_any(),
        KitchenPart::Page(Route::Draft) => view! { <DraftScreen/> }.into_any(),
        KitchenPart::Page(Route::Orders) => view! { <OrdersScreen/> }.into_any(),
        KitchenPart::Page(Route::Order(draft)) => view! { <OrderDetailScreen draft/> }.into_any(),
        KitchenPart::Page(Route::Amend(draft)) => view! { <AmendScreen draft/> }.into_any(),
        KitchenPart::Page(Route::Reception(draft, day)) => view! { <ReceptionScreen draft day/> }.into_any(),
        KitchenPart::Page(_) => ().into_any(),
    })
}

/// What the lock's piece shows.
#[derive(Clone, Copy)]
enum LockPart {
    /// In place of everything.
    Locked,
    /// Who has a code, among the settings.
    Codes,
}

/// What a device shows that is locked.
pub(super) fn locked() -> AnyView {
    Piece::Lock.show(|| of_lock(LockPart::Locked))
}

/// Who has a code on this device.
pub(crate) fn codes() -> AnyView {
    Piece::Lock.show(|| of_lock(LockPart::Codes))
}

#[wasm_split(lock, wasm_split_path = leptos::wasm_split, fallible, preload(fetch_lock))]
fn of_lock(part: LockPart) -> Result<AnyView, Missing> {
    Ok(match part {
        LockPart::Locked => view! { <LockedScreen/> }.into_any(),
        LockPart::Codes => view! { <Codes/> }.into_any(),
    })
}

/// What is rarely said above a page.
pub(super) fn notices() -> AnyView {
    Piece::Device.show(|| of_device(DevicePart::Notices))
}

/// What is under the account button.
pub(super) fn account() -> AnyView {
    Piece::Device.show(|| of_device(DevicePart::Account))
}

/// What asks, before somebody leaves, what becomes of what waits.
pub(super) fn sign_out() -> AnyView {
    Piece::Device.show(|| of_device(DevicePart::SignOut))
}

#[wasm_split(desk, wasm_split_path = leptos::wasm_split, fallible, preload(fetch_desk))]
fn of_desk(route: Route, role: Option<Role>) -> Result<AnyView, Missing> {
    Ok(match (route, role) {
        (Route::Offers, Some(Role::Producer { producer, .. })) => {
            view! { <ProducerOffersScreen producer/> }.into_any()
        }
        (Route::Announce, Some(Role::Producer { producer, .. })) => {
            view! { <AnnounceScreen producer/> }.into_any()
        }
        (Route::Prepare, _) => view! { <PrepareScreen/> }.into_any(),
        (Route::Week, _) => view! { <WeekScreen/> }.into_any(),
        (Route::PriceList, _) => view! { <PriceListScreen/> }.into_any(),
        (Route::Demand, _) => view! { <DemandScreen/> }.into_any(),
        (Route::Sheet(producer), _) => view! { <SheetScreen producer/> }.into_any(),
        (Route::Quay, _) => view! { <QuayScreen is_out=false/> }.into_any(),
        (Route::QuayOut, _) => view! { <QuayScreen is_out=true/> }.into_any(),
        (Route::Lots, _) => view! { <LotsScreen/> }.into_any(),
        (Route::QuayPage(page), _) => view! { <QuayPageScreen page/> }.into_any(),
        (Route::Indicators, _) => view! { <IndicatorsScreen/> }.into_any(),
        (Route::Pair, _) => view! { <PairScreen/> }.into_any(),
        (Route::Invitation, _) => view! { <InvitationScreen/> }.into_any(),
        (Route::ComeBack, _) => view! { <ComeBackScreen/> }.into_any(),
        (Route::Join, _) => view! { <JoinScreen/> }.into_any(),
        (Route::Password, _) => view! { <PasswordScreen/> }.into_any(),
        (Route::Devices, _) => view! { <DevicesScreen/> }.into_any(),
        (Route::People, _) => view! { <PeopleScreen/> }.into_any(),
        (Route::Journal, _) => view! { <JournalScreen/> }.into_any(),
        _ => ().into_any(),
    })
}

#[wasm_split(device, wasm_split_path = leptos::wasm_split, fallible, preload(fetch_device))]
fn of_device(part: DevicePart) -> Result<AnyView, Missing> {
    Ok(match part {
        DevicePart::Account => view! { <AccountMenu/> }.into_any(),
        DevicePart::Notices => view! { <RareNotices/> }.into_any(),
        DevicePart::SignOut => view! { <SignOutDialog/> }.into_any(),
        DevicePart::Page(Route::SignIn) => view! { <SignInScreen/> }.into_any(),
        DevicePart::Page(Route::Settings) => view! { <SettingsScreen/> }.into_any(),
        DevicePart::Page(Route::Diagnostic) => view! { <DiagnosticScreen/> }.into_any(),
        DevicePart::Page(_) => ().into_any(),
    })
}
