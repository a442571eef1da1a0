//! The door, the account and this device: what a person meets who comes in, goes, or sets something. Travels with the piece
//! that shows it.

use super::plural::{english, french};

/// Sentences of the door, the account and the settings, in one language.
pub(crate) struct AccountWords {
    /// A new build.
    pub update_ready: &'static str,
    pub update_now: &'static str,
    /// The session ended.
    pub session_ended: &'static str,
    pub sign_in_again: &'static str,
    /// The hub asks for more than a password.
    pub more_asked: &'static str,
    pub more_asked_body: &'static str,
    pub choose: &'static str,
    /// The browser threw away what this device kept.
    pub forgotten_title: &'static str,
    pub forgotten_here: &'static str,
    pub forgotten_before: &'static str,
    pub forgotten_read: &'static str,
    /// Locking this device.
    pub lock: &'static str,
    /// Sign-in.
    pub tagline: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub sign_in: &'static str,
    pub signing_in: &'static str,
    pub sign_in_hint: &'static str,
    pub sign_in_failed: &'static str,
    pub nothing_lost: &'static str,
    pub fill_both: &'static str,
    /// Signing out.
    pub sign_out: &'static str,
    pub pending_title: &'static str,
    pub pending_body: fn(usize) -> String,
    pub send_first: &'static str,
    pub keep_sealed: &'static str,
    pub delete_pending: &'static str,
    pub delete_typed: &'static str,
    /// Settings.
    pub language: &'static str,
    pub install_title: &'static str,
    pub install_body: &'static str,
    pub install_steps: [&'static str; 3],
    pub device_title: &'static str,
    pub last_contact: &'static str,
    pub never: &'static str,
    pub waiting_here: &'static str,
    pub build: &'static str,
    pub signed_in_as: &'static str,
    pub send_now: &'static str,
}

pub(super) static FRENCH: AccountWords = AccountWords {
    update_ready: "Nouvelle version prête",
    update_now: "Mettre à jour",
    session_ended: "Votre session est terminée",
    more_asked: "Votre groupement demande plus qu’un mot de passe",
    more_asked_body: "Choisissez une clé d’accès, ou un code à six chiffres. Jusque-là, rien ne s’échange avec la plateforme\u{202f}; ce que vous préparez sur cet appareil y est gardé.",
    choose: "Choisir",
    sign_in_again: "Se reconnecter",
    forgotten_title: "Le navigateur a effacé ce que Mercuriale gardait sur cet appareil",
    forgotten_here: "Ce que cette page avait en mémoire est enregistré à nouveau. Vérifiez votre commande en cours\u{a0}: \
        ce qui n’était saisi que dans un autre onglet peut manquer.",
    forgotten_before: "Une commande en préparation, ou envoyée sans réseau et pas encore reçue, peut manquer. \
        Celles que la plateforme a reçues sont dans «\u{202f}Mes commandes\u{202f}».",
    forgotten_read: "J’ai vérifié",
    lock: "Verrouiller",
    tagline: "La mercuriale de la semaine, des producteurs d’ici aux cuisines d’ici.",
    email: "Adresse e-mail",
    password: "Mot de passe",
    sign_in: "Se connecter",
    signing_in: "Connexion…",
    sign_in_hint: "Une fois connectée, cette tablette fonctionne aussi sans réseau.",
    sign_in_failed: "Connexion impossible",
    nothing_lost: "Ce qui est enregistré sur cette tablette n’est pas perdu.",
    fill_both: "Écrivez votre adresse et votre mot de passe.",
    sign_out: "Se déconnecter",
    pending_title: "Des envois attendent encore sur cette tablette",
    pending_body: |count| {
        format!(
            "{}. Que faut-il en faire\u{202f}?",
            french(count, "envoi n’est pas parti", "envois ne sont pas partis")
        )
    },
    send_first: "Essayer d’envoyer, puis se déconnecter",
    keep_sealed: "Les garder ici jusqu’à la prochaine connexion",
    delete_pending: "Les effacer",
    delete_typed: "Pour effacer pour toujours, écrivez combien",
    language: "Langue",
    install_title: "Installer sur cet appareil",
    install_body: "Installée, Mercuriale s’ouvre sans navigateur et garde mieux ce qui attend d’être envoyé.",
    install_steps: [
        "Sur tablette ou téléphone Android\u{a0}: menu du navigateur, puis «\u{202f}Installer l’application\u{202f}».",
        "Sur iPad ou iPhone\u{a0}: bouton Partager, puis «\u{202f}Sur l’écran d’accueil\u{202f}».",
        "Sur ordinateur\u{a0}: icône d’installation au bout de la barre d’adresse.",
    ],
    device_title: "Cet appareil",
    last_contact: "Dernier contact avec la plateforme",
    never: "jamais",
    waiting_here: "Envois en attente ici",
    build: "Version",
    signed_in_as: "Compte",
    send_now: "Envoyer et recevoir maintenant",
};

pub(super) static ENGLISH: AccountWords = AccountWords {
    update_ready: "A new version is ready",
    update_now: "Update",
    session_ended: "Your session has ended",
    more_asked: "Your hub asks for more than a password",
    more_asked_body: "Choose a passkey, or a six-digit code. Until then nothing is exchanged with the platform; what you prepare on this device is kept on it.",
    choose: "Choose",
    sign_in_again: "Sign in again",
    forgotten_title: "The browser erased what Mercuriale kept on this device",
    forgotten_here: "What this page had in memory is saved again. Check your order: what was only typed in another tab \
        may be missing.",
    forgotten_before: "An order being prepared, or sent without a network and not yet received, may be missing. \
        Those the platform received are under “My orders”.",
    forgotten_read: "I have checked",
    lock: "Lock",
    tagline: "The week’s price list, from the growers around to the kitchens around.",
    email: "E-mail address",
    password: "Password",
    sign_in: "Sign in",
    signing_in: "Signing in…",
    sign_in_hint: "Once signed in, this tablet also works without a network.",
    sign_in_failed: "Could not sign in",
    nothing_lost: "What is saved on this tablet is not lost.",
    fill_both: "Write your address and your password.",
    sign_out: "Sign out",
    pending_title: "Something still waits on this tablet",
    pending_body: |count| {
        format!("{} not sent yet. What should become of it?", english(count, "message is", "messages are"))
    },
    send_first: "Try to send, then sign out",
    keep_sealed: "Keep it here until the next sign-in",
    delete_pending: "Delete it",
    delete_typed: "To delete for ever, type how many",
    language: "Language",
    install_title: "Install on this device",
    install_body: "Once installed, Mercuriale opens without a browser and keeps what waits to be sent more safely.",
    install_steps: [
        "On an Android tablet or phone: the browser’s menu, then “Install app”.",
        "On iPad or iPhone: Share, then “Add to Home Screen”.",
        "On a computer: the install icon at the end of the address bar.",
    ],
    device_title: "This device",
    last_contact: "Last contact with the platform",
    never: "never",
    waiting_here: "Waiting here to be sent",
    build: "Version",
    signed_in_as: "Account",
    send_now: "Send and receive now",
};
