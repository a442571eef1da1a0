//! What a browser does to an application that asked for none of it, and several tabs on one profile. Chromium only.

use std::time::Duration;

use serde_json::json;
use thirtyfour::WindowHandle;

use super::Tablet;

/// Chromium asks again what room there is after so long.
const ROOM_IS_BELIEVED: Duration = Duration::from_secs(31);

/// A tab of a tablet's browser.
#[derive(Debug, Clone)]
pub struct Tab(WindowHandle);

impl Tablet {
    /// The tab that is driven now.
    pub async fn this_tab(&self) -> Tab {
        Tab(self.session().window().await.expect("the browser answers"))
    }

    /// Opens another tab on `path` and drives it from now on.
    pub async fn open_tab(&self, path: &str) -> Tab {
        let tab = Tab(self.session().new_tab().await.expect("a tab opens"));
        self.turn_to(&tab).await;
        self.goto(path).await;
        tab
    }

    /// Drives `tab` from now on.
    pub async fn turn_to(&self, tab: &Tab) {
        self.session().switch_to_window(tab.0.clone()).await.expect("the tab is open");
    }

    /// Freezes the tab, as the browser does with one nobody looks at: none of its scripts runs until [`Tablet::wake`].
    pub async fn freeze(&self) {
        self.cdp("Page.setWebLifecycleState", json!({ "state": "frozen" })).await;
    }

    /// Ends [`Tablet::freeze`].
    pub async fn wake(&self) {
        self.cdp("Page.setWebLifecycleState", json!({ "state": "active" })).await;
    }

    /// Throws away what the application keeps in its databases, under whoever has them open. Cookies stay.
    pub async fn throw_databases_away(&self) {
        let what = json!({ "origin": self.address(), "storageTypes": "indexeddb,local_storage" });
        self.cdp("Storage.clearDataForOrigin", what).await;
    }

    /// Lets the application have no more room than `bytes`, and waits until that is so: what room there was is believed
    /// for half a minute.
    pub async fn limit_room(&self, bytes: u64) {
        let limit = json!({ "origin": self.address(), "quotaSize": bytes });
        self.cdp("Storage.overrideQuotaForOrigin", limit).await;
        tokio::time::sleep(ROOM_IS_BELIEVED).await;
    }

    /// Gives the application back what room there is.
    pub async fn give_room_back(&self) {
        self.cdp("Storage.overrideQuotaForOrigin", json!({ "origin": self.address() })).await;
    }
}
