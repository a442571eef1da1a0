//! Imports under way, in memory: a hub asks how far its own has come. What an import writes is in the store; a restart
//! forgets where it stood, never what it did.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{
    id::HubId,
    wire::desk::{ImportState, ImportStatus},
};

/// Past this many, finished ones are forgotten, the oldest first.
const REMEMBERED: usize = 64;

struct Entry {
    hub: HubId,
    order: u64,
    state: ImportState,
}

#[derive(Default)]
struct Board {
    entries: HashMap<String, Entry>,
    begun: u64,
}

/// Imports under way and lately done.
#[derive(Default)]
pub(crate) struct ImportBoard(Mutex<Board>);

impl ImportBoard {
    /// Notes where a hub's import stands.
    pub(crate) fn set(&self, hub: HubId, id: &str, state: ImportState) {
        let mut board = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = board.entries.get_mut(id) {
            entry.state = state;
            return;
        }
        board.begun += 1;
        let order = board.begun;
        board.entries.insert(id.to_owned(), Entry { hub, order, state });
        board.forget_old();
    }

    /// Where a hub's import stands; another hub's is not there.
    pub(crate) fn find(&self, hub: HubId, id: &str) -> Option<ImportStatus> {
        let board = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = board.entries.get(id).filter(|entry| entry.hub == hub)?;
        Some(ImportStatus { id: id.to_owned(), state: entry.state.clone() })
    }
}

impl Board {
    fn forget_old(&mut self) {
        while self.entries.len() > REMEMBERED {
            let done = self.entries.iter().filter(|(_, entry)| !is_working(&entry.state));
            let Some(oldest) = done.min_by_key(|(_, entry)| entry.order).map(|(id, _)| id.clone()) else {
                return;
            };
            self.entries.remove(&oldest);
        }
    }
}

fn is_working(state: &ImportState) -> bool {
    matches!(state, ImportState::Working { .. })
}

#[cfg(test)]
mod tests {
    use domain::wire::desk::{ImportPhase, ImportReport};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_hub_sees_its_own_imports_and_old_ones_are_forgotten() {
        let [ours, theirs] = [1, 2].map(|n| HubId(Uuid::from_u128(n)));
        let board = ImportBoard::default();
        board.set(ours, "first", ImportState::Working { phase: ImportPhase::Reading, done: 0, total: 0 });
        assert!(board.find(ours, "first").is_some() && board.find(theirs, "first").is_none());
        let done = || ImportState::Done { report: ImportReport::default() };
        for n in 0..200 {
            board.set(ours, &n.to_string(), done());
        }
        assert!(board.find(ours, "0").is_none() && board.find(ours, "199").is_some());
        assert!(board.find(ours, "first").is_some(), "one at work is kept");
        board.set(ours, "first", done());
        assert_eq!(board.find(ours, "first").unwrap().state, done());
    }
}
