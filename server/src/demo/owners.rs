//! Whose the kitchens of the demonstration are: a Region, its départements, two métropoles, and communes. The communes, the
//! départements and their codes exist; that they own these kitchens is invented.

use std::collections::BTreeMap;

use domain::{
    enterprise::Site,
    id::{HubId, OwnerId},
    time::Timestamp,
    wire::owners::{Owner, OwnerKind},
};

use super::{DemoError, accounts, market::Market};
use crate::store::{Owned, OwnerError, Store, StoreError};

const REGION: (&str, &str) = ("76", "Région Occitanie (démo)");
const DEPARTMENTS: [(&str, &str); 13] = [
    ("09", "Ariège"),
    ("11", "Aude"),
    ("12", "Aveyron"),
    ("30", "Gard"),
    ("31", "Haute-Garonne"),
    ("32", "Gers"),
    ("34", "Hérault"),
    ("46", "Lot"),
    ("48", "Lozère"),
    ("65", "Hautes-Pyrénées"),
    ("66", "Pyrénées-Orientales"),
    ("81", "Tarn"),
    ("82", "Tarn-et-Garonne"),
];
/// By département: the métropole, its SIREN, and the communes of the demonstration that are part of it.
const METROPOLES: [(&str, &str, &str, &[&str]); 2] = [
    ("31", "Toulouse Métropole (démo)", "243100518", &["31555", "31149", "31069", "31557"]),
    ("34", "Montpellier Méditerranée Métropole (démo)", "243400017", &["34172", "34057"]),
];

/// Says whose each kitchen is, and whose figures the two authorities read; once.
pub(super) async fn create(store: &Store, market: &Market, now: Timestamp) -> Result<(), DemoError> {
    let hub = market.hub.id;
    if !store.owners(hub).await?.is_empty() {
        return Ok(());
    }
    let tree = Tree::plant(store, hub, &market.sites, now).await?;
    for site in &market.sites {
        give(store, hub, Owned::Kitchen(site.id), tree.owner_of(site)?, now).await?;
    }
    for (account, owner) in
        [(accounts::LAST, Some(tree.region)), (accounts::DEPARTMENT, tree.departments.get("30").copied())]
    {
        let person = store.find_credentials(account.email).await?;
        // A base of an earlier build has one authority.
        if let (Some(person), Some(owner)) = (person, owner) {
            give(store, hub, Owned::Authority(person.user), owner, now).await?;
        }
    }
    Ok(())
}

async fn give(
    store: &Store,
    hub: HubId,
    owned: Owned,
    owner: OwnerId,
    now: Timestamp,
) -> Result<(), DemoError> {
    let given = store.set_owner(hub, None, owned, owner, now).await?;
    if given { Ok(()) } else { Err(DemoError::Data("whose a kitchen is")) }
}

/// The communities, by code.
struct Tree {
    region: OwnerId,
    departments: BTreeMap<&'static str, OwnerId>,
    communes: BTreeMap<String, OwnerId>,
}

impl Tree {
    async fn plant(store: &Store, hub: HubId, sites: &[Site], now: Timestamp) -> Result<Self, DemoError> {
        let add = async |kind, name: &str, insee: Option<&str>, siren: Option<&str>, parent| {
            let (insee, siren) = (insee.map(str::to_owned), siren.map(str::to_owned));
            let owner = Owner { kind, name: name.to_owned(), insee, siren, parent };
            let added = store.add_owner(hub, None, &owner, now).await.map_err(failed)?;
            Ok::<_, DemoError>(added.id)
        };
        let region = add(OwnerKind::Region, REGION.1, Some(REGION.0), None, None).await?;
        let mut departments = BTreeMap::new();
        for (code, name) in DEPARTMENTS {
            departments.insert(code, add(OwnerKind::Department, name, Some(code), None, Some(region)).await?);
        }
        let mut above = BTreeMap::new();
        for (department, name, siren, parts) in METROPOLES {
            let parent = departments.get(department).copied();
            let metropole = add(OwnerKind::Metropole, name, None, Some(siren), parent).await?;
            above.extend(parts.iter().map(|insee| (*insee, metropole)));
        }
        let mut communes = BTreeMap::new();
        for site in sites.iter().filter(|site| belongs_to(site) == OwnerKind::Commune) {
            let insee = site.commune.insee.as_str();
            if !communes.contains_key(insee) {
                let department = departments.get(department_of(insee)).copied();
                let parent = above.get(insee).copied().or(department);
                let added = add(OwnerKind::Commune, &site.commune.name, Some(insee), None, parent).await?;
                communes.insert(insee.to_owned(), added);
            }
        }
        Ok(Self { region, departments, communes })
    }

    fn owner_of(&self, site: &Site) -> Result<OwnerId, DemoError> {
        let insee = site.commune.insee.as_str();
        let found = match belongs_to(site) {
            OwnerKind::Department => self.departments.get(department_of(insee)).copied(),
            OwnerKind::Commune => self.communes.get(insee).copied(),
            OwnerKind::Region | OwnerKind::Metropole | OwnerKind::Other => Some(self.region),
        };
        found.ok_or(DemoError::Data("a commune of no département"))
    }
}

fn failed(error: OwnerError) -> DemoError {
    match error {
        OwnerError::Store(error) => error.into(),
        OwnerError::Unknown | OwnerError::Cycle => StoreError::Unreadable("a community above another").into(),
    }
}

/// Lycées are the Region's, collèges their département's (Code de l'éducation, L214-6 and L213-2); the rest is taken for the
/// commune's, but what serves students.
fn belongs_to(site: &Site) -> OwnerKind {
    match site.name.split(' ').next() {
        Some("Lycée" | "Restaurant" | "Résidence") => OwnerKind::Region,
        Some("Collège") => OwnerKind::Department,
        _ => OwnerKind::Commune,
    }
}

fn department_of(insee: &str) -> &str {
    insee.get(..2).unwrap_or_default()
}
