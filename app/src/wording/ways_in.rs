//! What a person comes in with beside a password.

use domain::wire::ways_in::SecondStepRule;

use super::plural::{english, french};

/// Sentences about it, in one language.
pub(crate) struct WaysInWords {
    /// What the server said no to, by its stable code.
    pub problem: fn(&str) -> Option<&'static str>,
    /// At the door.
    pub six_digits: &'static str,
    pub six_digits_hint: &'static str,
    pub recovery_code: &'static str,
    pub recovery_code_hint: &'static str,
    pub use_recovery_code: &'static str,
    pub use_six_digits: &'static str,
    pub sign_in_with: fn(&str) -> String,
    /// Back from a provider of accounts of elsewhere.
    pub come_back_title: &'static str,
    pub came_back_in_vain: &'static str,
    pub confirm_title: &'static str,
    pub confirm_body: fn(&str) -> String,
    pub confirm: &'static str,
    /// « Autres comptes »
    pub identities: &'static str,
    pub linked: fn(&str) -> String,
    pub identity_removed: &'static str,
    /// « Deuxième étape »
    pub second_step: &'static str,
    pub second_step_about: &'static str,
    pub turn_on: &'static str,
    pub asked_again: &'static str,
    pub next: &'static str,
    pub scan_it: &'static str,
    pub qr_of_secret: &'static str,
    pub or_type_it: &'static str,
    pub then_first_code: &'static str,
    pub not_turned_on: &'static str,
    pub fill_in: &'static str,
    pub is_on: fn(&str) -> String,
    pub recovery_title: &'static str,
    pub recovery_body: &'static str,
    pub recovery_left: fn(usize) -> String,
    pub kept_them: &'static str,
    pub turn_off: &'static str,
    pub turn_off_body: &'static str,
    pub turned_off: &'static str,
    pub not_turned_off: &'static str,
    /// The hub asks for more than this session was opened with.
    pub come_in_otherwise: &'static str,
    pub come_in_otherwise_body: &'static str,
    pub to_the_door: &'static str,
    pub enough: &'static str,
    /// The hub, of everybody.
    pub rule: &'static str,
    pub rule_about: &'static str,
    pub rule_without: fn(u32, u32) -> String,
    pub rule_is: fn(SecondStepRule) -> &'static str,
    pub rule_kept: &'static str,
    pub rule_not_kept: &'static str,
    /// The hub, of somebody else.
    pub reset: &'static str,
    pub reset_body: &'static str,
    pub was_reset: fn(&str) -> String,
}

pub(super) static FRENCH: WaysInWords = WaysInWords {
    problem: |code| {
        Some(match code {
            "BAD_SECOND_STEP" => "Ce code n’est pas le bon, ou a déjà servi. Attendez le suivant.",
            "SECOND_STEP_REQUIRED" => "Donnez aussi le code de la deuxième étape.",
            "SECOND_STEP_DUE" => "Votre groupement demande plus qu’un mot de passe.",
            "SECOND_STEP_FIRST" => {
                "Choisissez d’abord pour vous-même une clé d’accès ou un code, sous «\u{202f}Appareils et connexions\u{202f}»."
            }
            "SECOND_STEP_ON" => "La deuxième étape est déjà active. Rechargez cette page.",
            "SECOND_STEP_NOT_BEGUN" => "Recommencez\u{a0}: ce code n’est plus attendu.",
            "OIDC_NOT_CONFIGURED" => {
                "Cette plateforme n’accepte pas d’autre compte. Connectez-vous avec un mot de passe."
            }
            "OIDC_UNREACHABLE" => {
                "L’autre service ne répond pas. Réessayez plus tard, ou connectez-vous avec un mot de passe."
            }
            "OIDC_REFUSED" => {
                "L’autre service ne vous a pas laissé passer. Recommencez, ou connectez-vous avec un mot de passe."
            }
            "OIDC_OTHER_BROWSER" => {
                "La demande est trop ancienne, ou a commencé dans un autre navigateur. Recommencez d’ici."
            }
            "OIDC_NOT_PROVED" => {
                "La réponse de l’autre service n’est pas sûre\u{a0}: elle est refusée. Recommencez."
            }
            "OIDC_UNKNOWN" => {
                "Aucun accès d’ici ne correspond à ce compte. Demandez une invitation au groupement, ou un accès sur la page de connexion."
            }
            "OIDC_CLOSED" => "Votre accès est fermé. Le groupement peut le rouvrir.",
            "LINK_OVER" => "La demande est trop ancienne. Recommencez depuis la page de connexion.",
            "TOO_MANY_ATTEMPTS" => "Trop d’essais. Réessayez dans une minute.",
            _ => return None,
        })
    },
    six_digits: "Code à six chiffres",
    six_digits_hint: "Celui que montre maintenant votre application de codes.",
    recovery_code: "Code de secours",
    recovery_code_hint: "Un des dix que vous avez gardés. Chacun sert une fois.",
    use_recovery_code: "Utiliser un code de secours",
    use_six_digits: "Utiliser l’application de codes",
    sign_in_with: |name| format!("Se connecter avec {name}"),
    come_back_title: "Connexion avec un autre compte",
    came_back_in_vain: "La connexion n’a pas abouti. Recommencez, ou connectez-vous avec un mot de passe.",
    confirm_title: "Est-ce bien votre accès\u{202f}?",
    confirm_body: |email| {
        format!(
            "L’accès de {email} porte la même adresse que cet autre compte. Pour les relier, donnez une fois son mot de passe Mercuriale."
        )
    },
    confirm: "Relier et se connecter",
    identities: "Autres comptes",
    linked: |at| format!("Relié {at}"),
    identity_removed: "Ce compte n’ouvre plus votre accès.",
    second_step: "Deuxième étape",
    second_step_about: "Un code de votre téléphone, en plus du mot de passe. Un mot de passe volé ne suffit plus.",
    turn_on: "Activer",
    asked_again: "Votre mot de passe",
    next: "Continuer",
    scan_it: "Visez ce carré avec une application de codes sur votre téléphone.",
    qr_of_secret: "La clé, à viser avec l’application de codes",
    or_type_it: "Ou tapez-y cette clé\u{a0}:",
    then_first_code: "Donnez ensuite le premier code qu’elle montre.",
    not_turned_on: "La deuxième étape n’est pas active",
    fill_in: "Remplissez cette ligne.",
    is_on: |since| format!("Active depuis {since}."),
    recovery_title: "La deuxième étape est active",
    recovery_body: "Gardez ces dix codes hors de votre téléphone, sur papier par exemple. Sans lui, chacun vous laisse entrer une fois. Ils ne seront plus montrés.",
    recovery_left: |count| format!("Il vous reste {}.", french(count, "code de secours", "codes de secours")),
    kept_them: "Je les ai gardés",
    turn_off: "Désactiver",
    turn_off_body: "Votre mot de passe suffira de nouveau. Les codes de secours ne serviront plus.",
    turned_off: "La deuxième étape n’est plus active.",
    not_turned_off: "La deuxième étape est toujours active",
    come_in_otherwise: "Entrez avec ce que vous avez déjà choisi",
    come_in_otherwise_body: "Votre mot de passe seul ne suffit plus, et vous avez une clé d’accès, un code ou un compte d’un autre service. Si vous ne l’avez plus, le groupement peut le retirer\u{a0}: vous choisirez autre chose.",
    to_the_door: "Se connecter autrement",
    enough: "C’est fait\u{a0}: tout vous est ouvert.",
    rule: "Plus qu’un mot de passe",
    rule_about: "Une clé d’accès, un code à six chiffres ou un compte d’un autre service. Les connexions ouvertes avec moins se ferment\u{a0}: chacun revient, et choisit. Ce qui attend sur les appareils y reste et part ensuite. Les appareils associés continuent.",
    rule_without: |desks, others| {
        let [desks, others] = [desks, others].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
        format!(
            "Avec un mot de passe seul, aujourd’hui\u{a0}: {} du groupement et des collectivités, {} des cuisines et des producteurs.",
            french(desks, "personne", "personnes"),
            french(others, "personne", "personnes")
        )
    },
    rule_is: |rule| match rule {
        SecondStepRule::Chosen => "Chacun décide pour soi",
        SecondStepRule::Desks => {
            "Exigé de qui voit l’ensemble des commandes ou des chiffres\u{a0}: le groupement et les collectivités"
        }
        SecondStepRule::Everybody => "Exigé de tout le monde",
    },
    rule_kept: "C’est enregistré.",
    rule_not_kept: "Rien n’a changé",
    reset: "Retirer la deuxième étape",
    reset_body: "Pour qui a perdu son téléphone et ses codes de secours. Ses clés d’accès et ses comptes d’ailleurs sont retirés aussi, ses connexions sont fermées. Son mot de passe ouvrira de nouveau\u{a0}: assurez-vous que c’est bien cette personne qui le demande.",
    was_reset: |name| format!("La deuxième étape de {name} est retirée."),
};

pub(super) static ENGLISH: WaysInWords = WaysInWords {
    problem: |code| {
        Some(match code {
            "BAD_SECOND_STEP" => "This is not the code, or it was used. Wait for the next one.",
            "SECOND_STEP_REQUIRED" => "Give the code of the second step too.",
            "SECOND_STEP_DUE" => "Your hub asks for more than a password.",
            "SECOND_STEP_FIRST" => {
                "Choose a passkey or a code for yourself first, under “Devices and sign-ins”."
            }
            "SECOND_STEP_ON" => "The second step is on already. Load this page again.",
            "SECOND_STEP_NOT_BEGUN" => "Start over: this code is no longer waited for.",
            "OIDC_NOT_CONFIGURED" => "This platform takes no other account. Sign in with a password.",
            "OIDC_UNREACHABLE" => {
                "The other service does not answer. Try again later, or sign in with a password."
            }
            "OIDC_REFUSED" => {
                "The other service did not let you through. Start over, or sign in with a password."
            }
            "OIDC_OTHER_BROWSER" => "This is too old, or began in another browser. Start over from here.",
            "OIDC_NOT_PROVED" => "What the other service answered is not proved: it is refused. Start over.",
            "OIDC_UNKNOWN" => {
                "No access here goes with this account. Ask the hub for an invitation, or for access on the sign-in page."
            }
            "OIDC_CLOSED" => "Your access is closed. The hub can open it again.",
            "LINK_OVER" => "This is too old. Start over from the sign-in page.",
            "TOO_MANY_ATTEMPTS" => "Too many tries. Try again in a minute.",
            _ => return None,
        })
    },
    six_digits: "Six-digit code",
    six_digits_hint: "The one your application of codes shows now.",
    recovery_code: "Recovery code",
    recovery_code_hint: "One of the ten you kept. Each works once.",
    use_recovery_code: "Use a recovery code",
    use_six_digits: "Use the application of codes",
    sign_in_with: |name| format!("Sign in with {name}"),
    come_back_title: "Sign in with another account",
    came_back_in_vain: "Signing in did not work out. Start over, or sign in with a password.",
    confirm_title: "Is this your access?",
    confirm_body: |email| {
        format!(
            "The access of {email} has the same address as this other account. To link them, give its Mercuriale password once."
        )
    },
    confirm: "Link and sign in",
    identities: "Other accounts",
    linked: |at| format!("Linked {at}"),
    identity_removed: "This account no longer opens your access.",
    second_step: "Second step",
    second_step_about: "A code from your telephone, beside the password. A stolen password is not enough any more.",
    turn_on: "Turn on",
    asked_again: "Your password",
    next: "Continue",
    scan_it: "Point an application of codes on your telephone at this square.",
    qr_of_secret: "The key, for the application of codes",
    or_type_it: "Or type this key into it:",
    then_first_code: "Then give the first code it shows.",
    not_turned_on: "The second step is not on",
    fill_in: "Fill in this line.",
    is_on: |since| format!("On since {since}."),
    recovery_title: "The second step is on",
    recovery_body: "Keep these ten codes away from your telephone, on paper for instance. Without it, each lets you in once. They are not shown again.",
    recovery_left: |count| format!("{} left.", english(count, "recovery code", "recovery codes")),
    kept_them: "I have kept them",
    turn_off: "Turn off",
    turn_off_body: "Your password will be enough again. The recovery codes will not work any more.",
    turned_off: "The second step is off.",
    not_turned_off: "The second step is still on",
    come_in_otherwise: "Come in by what you chose already",
    come_in_otherwise_body: "Your password alone is not enough any more, and you have a passkey, a code or an account of another service. If you lost it, the hub can remove it: you will choose something else.",
    to_the_door: "Sign in another way",
    enough: "Done: everything is open to you.",
    rule: "More than a password",
    rule_about: "A passkey, a six-digit code or an account of another service. Sign-ins opened with less end: everybody comes back, and chooses. What waits on devices stays there and leaves afterwards. Paired devices go on.",
    rule_without: |desks, others| {
        let [desks, others] = [desks, others].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
        format!(
            "With a password alone, today: {} of the hub and of authorities, {} of kitchens and producers.",
            english(desks, "person", "people"),
            english(others, "person", "people")
        )
    },
    rule_is: |rule| match rule {
        SecondStepRule::Chosen => "Each decides for oneself",
        SecondStepRule::Desks => "Required of who sees all orders or figures: the hub and authorities",
        SecondStepRule::Everybody => "Required of everybody",
    },
    rule_kept: "Saved.",
    rule_not_kept: "Nothing changed",
    reset: "Remove the second step",
    reset_body: "For who lost their telephone and their recovery codes. Their passkeys and accounts of elsewhere are removed too, their sign-ins end. Their password will open again: make sure it is this person who asks.",
    was_reset: |name| format!("The second step of {name} is removed."),
};
