//! English is a piece of its own (see `app/pieces.rs`): who reads French downloads none of it.

use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::{
    AccountWords, AnnounceWords, CatalogWords, CodeWords, DiagnosticWords, DraftWords, HarvestWords,
    HubWords, ImportWords, LockWords, LotWords, NoteWords, OrderWords, OwnerWords, PasskeyWords, PeopleWords,
    ProducerWords, QuayWords, Reasons, ReceptionWords, RepeatWords, ShellWords, TroubleWords, WaysInWords,
    account, announce, catalog, codes, diagnostic, draft, harvest, hub, import, lock, lots, notes, orders,
    owners, passkeys, people, producer, quay, reasons, reception, repeat, shell, troubles, ways_in,
};

/// The English sentences, area by area.
pub(crate) struct English {
    pub(super) account: &'static AccountWords,
    pub(super) announce: &'static AnnounceWords,
    pub(super) catalog: &'static CatalogWords,
    pub(super) codes: &'static CodeWords,
    pub(super) diagnostic: &'static DiagnosticWords,
    pub(super) draft: &'static DraftWords,
    pub(super) harvest: &'static HarvestWords,
    pub(super) hub: &'static HubWords,
    pub(super) import: &'static ImportWords,
    pub(super) lock: &'static LockWords,
    pub(super) lots: &'static LotWords,
    pub(super) notes: &'static NoteWords,
    pub(super) orders: &'static OrderWords,
    pub(super) owners: &'static OwnerWords,
    pub(super) passkeys: &'static PasskeyWords,
    pub(super) people: &'static PeopleWords,
    pub(super) producer: &'static ProducerWords,
    pub(super) quay: &'static QuayWords,
    pub(super) reasons: Reasons,
    pub(super) reception: &'static ReceptionWords,
    pub(super) repeat: &'static RepeatWords,
    pub(super) shell: &'static ShellWords,
    pub(super) troubles: &'static TroubleWords,
    pub(super) ways_in: &'static WaysInWords,
}

static ENGLISH: English = English {
    account: &account::ENGLISH,
    announce: &announce::ENGLISH,
    catalog: &catalog::ENGLISH,
    codes: &codes::ENGLISH,
    diagnostic: &diagnostic::ENGLISH,
    draft: &draft::ENGLISH,
    harvest: &harvest::ENGLISH,
    hub: &hub::ENGLISH,
    import: &import::ENGLISH,
    lock: &lock::ENGLISH,
    lots: &lots::ENGLISH,
    notes: &notes::ENGLISH,
    orders: &orders::ENGLISH,
    owners: &owners::ENGLISH,
    passkeys: &passkeys::ENGLISH,
    people: &people::ENGLISH,
    producer: &producer::ENGLISH,
    quay: &quay::ENGLISH,
    reasons: reasons::ENGLISH,
    reception: &reception::ENGLISH,
    repeat: &repeat::ENGLISH,
    shell: &shell::ENGLISH,
    troubles: &troubles::ENGLISH,
    ways_in: &ways_in::ENGLISH,
};

/// Brings the sentences here.
#[wasm_split(english, wasm_split_path = leptos::wasm_split, fallible)]
pub(super) fn fetch() -> Result<&'static English, SplitLoaderError> {
    Ok(&ENGLISH)
}
