//! What people do, in real browsers against the real binary: Chromium, WebKit, the iPad's engine, and Firefox.
//!
//! Run alone with `cargo build -p server && cargo test -p tests --test browser`. Without the browsers (Debian:
//! `chromium chromium-driver webkit2gtk-driver xvfb firefox-esr`, and the crate geckodriver) each story says that it is
//! skipped. What they photograph is in `target/screenshots`.
#![allow(clippy::expect_used, clippy::panic)] // the steps of a story are tests too

#[path = "browser/announce.rs"]
mod announce;
#[path = "browser/deploy.rs"]
mod deploy;
#[path = "browser/emptied.rs"]
mod emptied;
#[path = "browser/first_visit.rs"]
mod first_visit;
#[path = "browser/harvest.rs"]
mod harvest;
#[path = "browser/joining.rs"]
mod joining;
#[path = "browser/list_file.rs"]
mod list_file;
#[path = "browser/locking.rs"]
mod locking;
#[path = "browser/mind.rs"]
mod mind;
#[path = "browser/offline.rs"]
mod offline;
#[path = "browser/passkeys.rs"]
mod passkeys;
#[path = "browser/passwords.rs"]
mod passwords;
#[path = "browser/pictures.rs"]
mod pictures;
#[path = "browser/price_list.rs"]
mod price_list;
#[path = "browser/quay.rs"]
mod quay;
#[path = "browser/reception.rs"]
mod reception;
#[path = "browser/repeat.rs"]
mod repeat;
#[path = "browser/rights.rs"]
mod rights;
#[path = "browser/room.rs"]
mod room;
#[path = "browser/sharing.rs"]
mod sharing;
#[path = "browser/tabs.rs"]
mod tabs;
#[path = "browser/twins.rs"]
mod twins;
#[path = "browser/ways_in.rs"]
mod ways_in;

/// Each story becomes one test an engine.
macro_rules! played_on {
    ($engine:ident as $name:ident: $($module:ident::$story:ident),+ $(,)?) => {
        mod $name {
            $(
                #[test]
                fn $story() {
                    support::browser::play(support::browser::Engine::$engine, crate::$module::$story);
                }
            )+
        }
    };
}

played_on!(Chromium as chromium:
    first_visit::what_the_catalogue_needs_stays_light,
    offline::a_kitchen_orders_with_the_server_dead,
    announce::a_producer_announces_a_week_and_the_hub_makes_the_list_of_it,
    harvest::a_producer_confirms_a_harvest_and_the_kitchen_reads_it,
    twins::two_tablets_of_one_kitchen_submitting_the_same_draft_make_one_order,
    twins::an_order_shows_on_the_other_tablet_at_once,
    sharing::two_tablets_fill_one_draft_and_choose_where_they_differ,
    sharing::a_word_to_the_hub_leaves_with_the_order,
    price_list::the_hub_imports_a_price_list_and_the_kitchen_sees_the_new_price,
    mind::a_kitchen_changes_its_order_then_withdraws_it,
    repeat::a_kitchen_takes_up_last_weeks_order,
    reception::a_kitchen_receives_in_its_cold_store,
    quay::the_quay_weighs_loads_and_the_kitchen_reads_it,
    rights::each_session_sees_what_is_its_own_in_the_language_it_chose,
    joining::a_cook_joins_pairs_a_tablet_and_removes_it,
    locking::a_shared_tablet_locks_and_works_behind_its_codes,
    joining::a_kitchen_asks_to_join_and_the_hub_lets_it_in,
    passwords::a_forgotten_password_is_chosen_anew_and_a_person_is_erased,
    passwords::a_producer_enters_by_a_link_in_a_letter,
    passkeys::a_producer_comes_in_by_a_passkey_alone_until_it_is_removed,
    ways_in::a_second_step_is_turned_on_asked_for_and_removed_by_the_hub,
    ways_in::a_hub_asks_for_more_than_a_password_and_no_order_is_lost,
    ways_in::an_agent_comes_in_with_an_account_of_elsewhere,
    pictures::every_screen_fits_every_device_and_the_console_stays_silent,
    tabs::two_tabs_working_on_one_draft_and_sending_at_once_make_one_order,
    tabs::a_frozen_tab_keeps_nobody_waiting,
    emptied::a_device_emptied_under_a_page_says_so_and_goes_on,
    emptied::a_device_emptied_while_nobody_looked_says_what_may_be_missing,
    deploy::a_new_build_under_an_open_page_is_offered_and_never_forced,
    deploy::a_build_that_is_not_whole_is_not_installed,
    deploy::a_page_whose_scripts_are_gone_says_so_and_leads_out,
    deploy::a_piece_that_does_not_come_is_asked_for_again,
    room::a_device_without_room_says_so_and_claims_nothing,
);

played_on!(Firefox as firefox:
    offline::a_kitchen_orders_with_the_server_dead,
    announce::a_producer_announces_a_week_and_the_hub_makes_the_list_of_it,
    harvest::a_producer_confirms_a_harvest_and_the_kitchen_reads_it,
    twins::two_tablets_of_one_kitchen_submitting_the_same_draft_make_one_order,
    twins::an_order_shows_on_the_other_tablet_at_once,
    sharing::two_tablets_fill_one_draft_and_choose_where_they_differ,
    sharing::a_word_to_the_hub_leaves_with_the_order,
    mind::a_kitchen_changes_its_order_then_withdraws_it,
    price_list::the_hub_imports_a_price_list_and_the_kitchen_sees_the_new_price,
    rights::each_session_sees_what_is_its_own_in_the_language_it_chose,
    joining::a_cook_joins_pairs_a_tablet_and_removes_it,
    locking::a_shared_tablet_locks_and_works_behind_its_codes,
);

played_on!(WebKit as webkit:
    offline::a_kitchen_orders_with_the_server_dead,
    announce::a_producer_announces_a_week_and_the_hub_makes_the_list_of_it,
    harvest::a_producer_confirms_a_harvest_and_the_kitchen_reads_it,
    twins::two_tablets_of_one_kitchen_submitting_the_same_draft_make_one_order,
    twins::an_order_shows_on_the_other_tablet_at_once,
    sharing::two_tablets_fill_one_draft_and_choose_where_they_differ,
    sharing::a_word_to_the_hub_leaves_with_the_order,
    price_list::the_hub_imports_a_price_list_and_the_kitchen_sees_the_new_price,
    rights::each_session_sees_what_is_its_own_in_the_language_it_chose,
    joining::a_cook_joins_pairs_a_tablet_and_removes_it,
);
