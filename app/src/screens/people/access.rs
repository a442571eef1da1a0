use domain::{
    enterprise::RoleName,
    id::UserId,
    wire::people::{PasswordLink, PersonCard},
};
use leptos::{prelude::*, task::spawn_local};

use super::{inviting::Handed, owners::Reads};
use crate::{
    parts::{Dialog, Toasts},
    screens::{door::said_of_access, remote::Watched},
    state::{AppError, desk},
    wording::{numbers, words},
};

/// Where the question stands.
#[derive(Clone, PartialEq)]
enum Stage {
    Choosing,
    /// A link that sets the person's password was made.
    Made(PasswordLink),
    Closing,
    Erasing,
    Resetting,
}

/// What the hub may do about somebody's access.
#[component]
pub(super) fn Access(
    person: PersonCard,
    asked: RwSignal<Option<PersonCard>>,
    people: Watched<Vec<PersonCard>>,
) -> impl IntoView {
    let all_words = words();
    let (words, ways) = (all_words.people(), all_words.ways_in());
    let toasts = expect_context::<Toasts>();
    let stage = RwSignal::new(Stage::Choosing);
    let close = move || asked.set(None);
    // Does it, says what came of it, and reads the list again.
    let PersonCard { id, name, disabled_at, role, owner, .. } = person;
    let person_name = StoredValue::new(name.clone());
    let reads = role == RoleName::Authority;
    let title = (words.access_of)(&name);
    let act = Callback::new(move |deed: Deed| {
        let name = name.clone();
        spawn_local(async move {
            toasts.say(match deed.carry_out(id).await {
                Ok(()) => (deed.said())(&name),
                Err(error) => said_of_access(&error).sentence,
            });
            close();
            people.again();
        });
    });
    let make_link = move |_| {
        spawn_local(async move {
            match desk::password_link(id).await {
                Ok(link) => stage.set(Stage::Made(link)),
                Err(error) => toasts.say(said_of_access(&error).sentence),
            }
        });
    };
    let body = move || match stage.get() {
        Stage::Choosing => {
            let link = disabled_at.is_none().then(|| view! {
                <button class="button wide" type="button" on:click=make_link>{words.password_link}</button>
            });
            let opening = if disabled_at.is_some() {
                view! { <button class="button wide" type="button" on:click=move |_| act.run(Deed::Open)>{words.open_again}</button> }.into_any()
            } else {
                view! { <button class="button danger wide" type="button" on:click=move |_| stage.set(Stage::Closing)>{words.close_access}</button> }.into_any()
            };
            let erasing = view! {
                <button class="button danger wide" type="button" on:click=move |_| stage.set(Stage::Resetting)>{ways.reset}</button>
                <button class="button danger wide" type="button" on:click=move |_| stage.set(Stage::Erasing)>{words.erase}</button>
            };
            let reads = reads.then(
                || view! { <Reads person=id owner name=person_name.get_value() done=Callback::new(move |()| { close(); people.again(); })/> },
            );
            view! { {reads}{link}{opening}{erasing} }.into_any()
        }
        Stage::Made(PasswordLink { link, qr, expires_at }) => view! {
            <p>{(words.password_link_body)(&numbers::moment(expires_at))}</p>
            <Handed link qr/>
        }
        .into_any(),
        Stage::Closing => sure(words.close_access_body, words.close_access, move || act.run(Deed::Close)),
        Stage::Resetting => sure(ways.reset_body, ways.reset, move || act.run(Deed::Reset)),
        Stage::Erasing => sure(words.erase_body, words.erase, move || act.run(Deed::Erase)),
    };
    view! {
        <Dialog open=true on_close=move |()| close() label=title.clone()>
            <h2>{title}</h2>
            <div class="stack">{body}</div>
            <button class="button quiet wide" type="button" on:click=move |_| close()>{all_words.shell().close}</button>
        </Dialog>
    }
}

/// What it does, then the button that does it.
fn sure(body: &'static str, deed: &'static str, act: impl Fn() + 'static) -> AnyView {
    view! {
        <p>{body}</p>
        <button class="button danger wide" type="button" on:click=move |_| act()>{deed}</button>
    }
    .into_any()
}

#[derive(Clone, Copy)]
enum Deed {
    Close,
    Open,
    Reset,
    Erase,
}

impl Deed {
    async fn carry_out(self, person: UserId) -> Result<(), AppError> {
        match self {
            Self::Close => desk::disable_person(person).await,
            Self::Open => desk::enable_person(person).await,
            Self::Reset => desk::reset_second_step(person).await,
            Self::Erase => desk::erase_person(person).await,
        }
    }

    fn said(self) -> fn(&str) -> String {
        let (words, ways) = (words().people(), words().ways_in());
        match self {
            Self::Close => words.access_closed,
            Self::Open => words.access_opened,
            Self::Reset => ways.was_reset,
            Self::Erase => words.erased,
        }
    }
}
