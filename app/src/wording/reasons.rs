//! Why an order or a line is not as asked. The `match` is exhaustive: a new reason without words does not compile.

use domain::receipt::Reason;

/// Why something is not as asked.
pub(crate) struct ReasonWords {
    /// After « À vérifier : » or « Non retenu : ».
    pub short: &'static str,
    /// What happened, what is safe, what to do.
    pub sentence: &'static str,
}

/// The words of reasons, in one language.
pub(super) type Reasons = fn(&Reason) -> ReasonWords;

pub(super) static FRENCH: Reasons = |reason| {
    let (short, sentence) = match reason {
        Reason::Late => (
            "arrivée après la limite",
            "La commande est arrivée après la limite et son délai de grâce. Elle est gardée entière\u{a0}: le groupement décide.",
        ),
        Reason::PriceLower => (
            "prix en baisse",
            "Le prix a baissé depuis votre choix. Le prix le plus bas est appliqué, vous n’avez rien à faire.",
        ),
        Reason::PriceChanged => (
            "prix modifié",
            "Le prix a augmenté depuis votre choix. Votre quantité est tenue de côté\u{a0}: acceptez le nouveau prix ou retirez la ligne.",
        ),
        Reason::Withdrawn => (
            "produit retiré",
            "Ce produit n’est plus proposé cette semaine. Le reste de la commande n’est pas touché.",
        ),
        Reason::UnknownOffer => (
            "produit inconnu",
            "Ce produit n’est pas dans la mercuriale de la semaine. Le groupement regarde la commande.",
        ),
        Reason::NotDelivered => (
            "jour non livré",
            "Ce produit n’est pas livré ce jour-là. Le reste de la commande n’est pas touché.",
        ),
        Reason::PackMultiple => (
            "colis entier attendu",
            "La quantité n’est pas un nombre entier de colis. Le reste de la commande n’est pas touché.",
        ),
        Reason::TotalDiffers => (
            "total recalculé",
            "Le total que vous avez vu et celui qui compte diffèrent. Les deux sont montrés ci-dessous.",
        ),
        Reason::DoubleSubmit => (
            "deux envois différents",
            "Une autre tablette avait déjà envoyé cette commande avec d’autres lignes. La première tient\u{a0}: choisissez.",
        ),
        Reason::NotConfirmed => (
            "sans réponse avant la clôture",
            "Personne n’a répondu avant la clôture des commandes\u{a0}: la ligne n’est pas livrée.",
        ),
        Reason::Declined => ("retirée à votre demande", "La ligne a été retirée à votre demande."),
        Reason::NoRight => (
            "compte sans droit",
            "Ce compte ne peut pas commander pour cette cuisine. Rien n’est perdu\u{a0}: appelez le groupement.",
        ),
        Reason::Malformed => (
            "envoi illisible",
            "La plateforme n’a pas pu lire cet envoi. Il est gardé tel quel\u{a0}: appelez le groupement.",
        ),
        Reason::UnknownCommand => (
            "envoi trop récent",
            "La plateforme ne connaît pas encore ce type d’envoi. Il est gardé tel quel et sera relu.",
        ),
        Reason::UnknownCycle => (
            "semaine inconnue",
            "La plateforme n’a pas de mercuriale pour cette semaine. Le groupement regarde la commande.",
        ),
        Reason::CycleClosed => (
            "commandes closes",
            "Les commandes de la semaine sont closes. Appelez le groupement pour ce qui manque.",
        ),
        Reason::UnknownTicket => ("choix inconnu", "La plateforme ne trouve pas ce qui était à choisir."),
        Reason::AlreadySettled => ("déjà réglé", "Quelqu’un a déjà fait un autre choix. Le premier tient."),
        Reason::OrderWithdrawn => (
            "commande retirée",
            "La commande a été retirée. Ce qui en reste ne sera pas livré sans votre accord.",
        ),
        Reason::OrderChanged => (
            "commande modifiée entre-temps",
            "La commande avait changé depuis ce que vous voyiez. Elle tient telle quelle\u{a0}: à vous de choisir.",
        ),
        Reason::TooLateToChange => (
            "trop tard pour changer",
            "La limite était passée\u{a0}: la commande tient telle quelle. Appelez le groupement.",
        ),
        Reason::ListPublished => (
            "mercuriale déjà publiée",
            "La mercuriale de cette semaine est publiée\u{a0}: appelez le groupement pour y changer quelque chose.",
        ),
        Reason::AvailabilityChanged => (
            "annonce changée entre-temps",
            "Autre chose avait été annoncé depuis un autre appareil. Rien n’a été écrasé\u{a0}: à vous de choisir.",
        ),
        Reason::UnknownOrder => (
            "commande inconnue",
            "La plateforme ne trouve pas cette commande. L’envoi est gardé tel quel\u{a0}: le groupement regarde.",
        ),
        Reason::EmptyOrder => ("commande vide", "La commande n’a aucune ligne."),
        Reason::TooManyLines => ("trop de lignes", "Le brouillon contient trop de lignes pour être partagé."),
        Reason::NotClosed => (
            "semaine pas encore close",
            "Les commandes de cette semaine ne sont pas closes\u{a0}: rien ne peut en avoir été livré.",
        ),
        Reason::DoubleRecord => (
            "deux réceptions différentes",
            "Deux personnes ont dit deux choses de la même livraison. Les deux sont gardées, la première compte\u{a0}: choisissez.",
        ),
        Reason::NotAsked => (
            "pas demandé",
            "Ce produit n’est pas demandé ce jour-là. La page montre ce qui l’est\u{a0}: reprenez votre réponse.",
        ),
        Reason::MoreThanAsked => (
            "pas moins que demandé",
            "Ce qui est confirmé n’est pas moins que ce qui est demandé. Rien n’a changé\u{a0}: reprenez votre réponse.",
        ),
        Reason::DeliveryOver => (
            "livraison passée",
            "Cette livraison date de plus d’une semaine\u{a0}: ce qui était confirmé tient. Appelez le groupement.",
        ),
        Reason::HarvestChanged => (
            "réponse changée entre-temps",
            "Autre chose avait été répondu depuis un autre appareil. Rien n’a été écrasé\u{a0}: à vous de choisir.",
        ),
        Reason::AlreadyReceived => (
            "livraison déjà reçue",
            "Cette livraison est déjà pesée au quai, ou reçue en cuisine\u{a0}: ce qui était confirmé tient. Appelez le groupement.",
        ),
        Reason::Failed => (
            "panne de la plateforme",
            "La plateforme est tombée en panne sur cet envoi. Il est gardé tel quel\u{a0}: le groupement est prévenu.",
        ),
        Reason::Other(_) => (
            "à regarder",
            "La plateforme répond par un code que cette version ne connaît pas. Rien n’est perdu\u{a0}: appelez le groupement.",
        ),
    };
    ReasonWords { short, sentence }
};

pub(super) static ENGLISH: Reasons = |reason| {
    let (short, sentence) = match reason {
        Reason::Late => (
            "arrived after the cut-off",
            "The order arrived after the cut-off and its grace. It is kept whole: the hub decides.",
        ),
        Reason::PriceLower => (
            "lower price",
            "The price fell since you chose. The lower one is used, there is nothing for you to do.",
        ),
        Reason::PriceChanged => (
            "price changed",
            "The price rose since you chose. Your quantity is held: accept the new price or leave the line out.",
        ),
        Reason::Withdrawn => (
            "product withdrawn",
            "This product is no longer offered this week. The rest of the order is untouched.",
        ),
        Reason::UnknownOffer => (
            "unknown product",
            "This product is not in this week’s price list. The hub is looking at the order.",
        ),
        Reason::NotDelivered => (
            "not delivered that day",
            "This product is not delivered that day. The rest of the order is untouched.",
        ),
        Reason::PackMultiple => (
            "whole packs expected",
            "The quantity is not a whole number of packs. The rest of the order is untouched.",
        ),
        Reason::TotalDiffers => {
            ("total recomputed", "The total you saw and the one that counts differ. Both are shown below.")
        }
        Reason::DoubleSubmit => (
            "sent twice, differently",
            "Another tablet had already sent this order with other lines. The first one stands: choose.",
        ),
        Reason::NotConfirmed => (
            "no answer before the close",
            "Nobody answered before orders were closed: the line is not delivered.",
        ),
        Reason::Declined => ("left out as you asked", "The line was left out as you asked."),
        Reason::NoRight => {
            ("no right", "This account may not order for this kitchen. Nothing is lost: call the hub.")
        }
        Reason::Malformed => {
            ("unreadable", "The platform could not read this. It is kept as it came: call the hub.")
        }
        Reason::UnknownCommand => (
            "too recent",
            "The platform does not know this kind of message yet. It is kept and will be read again.",
        ),
        Reason::UnknownCycle => {
            ("unknown week", "The platform has no price list for this week. The hub is looking at the order.")
        }
        Reason::CycleClosed => {
            ("orders closed", "Orders of the week are closed. Call the hub for what is missing.")
        }
        Reason::UnknownTicket => ("unknown choice", "The platform does not find what was to be chosen."),
        Reason::AlreadySettled => {
            ("already settled", "Somebody already chose otherwise. The first choice stands.")
        }
        Reason::OrderWithdrawn => (
            "order withdrawn",
            "The order was withdrawn. What is left of it is not delivered unless you agree.",
        ),
        Reason::OrderChanged => (
            "order changed meanwhile",
            "The order was not any more as you saw it. It stands as it is: choose.",
        ),
        Reason::TooLateToChange => {
            ("too late to change", "The cut-off had passed: the order stands as it is. Call the hub.")
        }
        Reason::ListPublished => (
            "price list published",
            "The price list of this week is out: call the hub to change anything in it.",
        ),
        Reason::AvailabilityChanged => (
            "announced otherwise meanwhile",
            "Something else had been announced from another device. Nothing was overwritten: choose.",
        ),
        Reason::UnknownOrder => (
            "unknown order",
            "The platform does not find this order. The message is kept as it came: the hub is looking.",
        ),
        Reason::EmptyOrder => ("empty order", "The order has no line."),
        Reason::TooManyLines => ("too many lines", "The draft holds too many lines to be shared."),
        Reason::NotClosed => (
            "week not closed yet",
            "Orders of this week are not closed: nothing of them can have been delivered.",
        ),
        Reason::DoubleRecord => (
            "two receptions that differ",
            "Two people say two things of the same delivery. Both are kept, the first counts: choose.",
        ),
        Reason::NotAsked => (
            "not asked",
            "This product is not asked for that day. The page shows what is: take up your answer again.",
        ),
        Reason::MoreThanAsked => (
            "not less than asked",
            "What is confirmed is not less than what is asked. Nothing changed: take up your answer again.",
        ),
        Reason::DeliveryOver => (
            "delivery over",
            "This delivery is more than a week old: what was confirmed stands. Call the hub.",
        ),
        Reason::HarvestChanged => (
            "answer changed meanwhile",
            "Something else had been answered from another device. Nothing was overwritten: it is yours to choose.",
        ),
        Reason::AlreadyReceived => (
            "delivery already received",
            "This delivery was weighed at the quay already, or received in a kitchen: what was confirmed stands. Call the hub.",
        ),
        Reason::Failed => (
            "platform failure",
            "The platform failed on this message. It is kept as it came: the hub is told.",
        ),
        Reason::Other(_) => (
            "to look at",
            "The platform answers with a code this version does not know. Nothing is lost: call the hub.",
        ),
    };
    ReasonWords { short, sentence }
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_the_domain_knows_has_words_that_fit_their_place() {
        for words in [FRENCH, ENGLISH] {
            for reason in Reason::KNOWN {
                let said = words(reason);
                assert!(
                    said.short.chars().next().is_some_and(char::is_lowercase),
                    "{reason:?}: {}",
                    said.short
                );
                assert!(said.sentence.ends_with('.'), "{reason:?}: {}", said.sentence);
            }
        }
    }
}
