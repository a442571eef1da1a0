//! What a page says of products, and the quantities typed beside them.

use std::future::Future;

use serde_json::json;
use thirtyfour::{WebElement, prelude::WebDriverError};

use super::{
    Page,
    finding::{NotYet, click, write_over},
};

impl Page {
    /// Types in the catalogue's search box, over what it held.
    pub async fn search(&self, words: &str) {
        self.act("searchbox", "Rechercher un produit", |field| write_over(field, words)).await;
    }

    /// Types a quantity for the product of that name, where its stepper stands.
    pub async fn set_quantity(&self, product: &str, quantity: &str) {
        self.in_item(product, "spinbutton", "Quantité", |field| write_over(field, quantity)).await;
        let settled = format!("« {product} » shows {quantity}");
        self.eventually(&settled, || async {
            let now = self.quantity_now(product).await?;
            if same_number(&now, quantity) { Ok(()) } else { Err(format!("it shows {now}").into()) }
        })
        .await;
    }

    /// Checks the quantity shown for a product.
    pub async fn expect_quantity(&self, product: &str, quantity: &str) {
        self.eventually(&format!("« {product} » shows {quantity}"), || async {
            let now = self.quantity_now(product).await?;
            if same_number(&now, quantity) { Ok(()) } else { Err(format!("it shows {now}").into()) }
        })
        .await;
    }

    /// The quantity shown for a product, as it is shown.
    pub async fn quantity_of(&self, product: &str) -> String {
        self.eventually(&format!("a quantity of « {product} »"), || self.quantity_now(product)).await
    }

    async fn quantity_now(&self, product: &str) -> Result<String, NotYet> {
        let script = "const item = findItem(arguments[0]); \
                      const field = item && find('spinbutton', 'Quantité', item)[0]; \
                      return field ? field.value : null;";
        let value = self.run(script, vec![json!(product)]).await?;
        value.as_str().map(str::to_owned).ok_or_else(|| format!("no quantity for « {product} »").into())
    }

    /// Presses a button that stands with a product: « Ajouter », « Retirer ».
    pub async fn press_of(&self, product: &str, button: &str) {
        self.in_item(product, "button", button, click).await;
    }

    /// The names of the list items or rows on screen, in order.
    pub async fn titles(&self) -> Vec<String> {
        let titles = self.run("return itemTitles();", Vec::new()).await.expect("the page answers");
        serde_json::from_value(titles).expect("titles are text")
    }

    /// Waits until a product of that name is listed.
    pub async fn expect_product(&self, product: &str) {
        self.eventually(&format!("« {product} » in the list"), || async {
            let found = self.run("return findItem(arguments[0]) !== null;", vec![json!(product)]).await?;
            if found == json!(true) { Ok(()) } else { Err("not listed".into()) }
        })
        .await;
    }

    /// All that stands with a product, as text.
    pub async fn text_of_product(&self, product: &str) -> String {
        self.eventually(&format!("« {product} » in the list"), || async {
            let text = self.run(
                "const item = findItem(arguments[0]); return item && visibleText(item);",
                vec![json!(product)],
            );
            text.await?.as_str().map(str::to_owned).ok_or_else(|| "not listed".into())
        })
        .await
    }

    /// Waits until what stands with a product is something else than `before`.
    pub async fn expect_other_text_of_product(&self, product: &str, before: &str) {
        self.eventually(&format!("« {product} » changed"), || async {
            let script = "const item = findItem(arguments[0]); return item && visibleText(item);";
            match self.run(script, vec![json!(product)]).await?.as_str() {
                Some(text) if text != before => Ok(()),
                _ => Err(format!("still {before}").into()),
            }
        })
        .await;
    }

    /// As [`Page::act`], inside the list item of a product.
    async fn in_item<D, F>(&self, product: &str, role: &str, name: &str, deed: D)
    where
        D: Fn(WebElement) -> F,
        F: Future<Output = Result<(), WebDriverError>>,
    {
        let script = "const item = findItem(arguments[0]); \
                      return item ? find(arguments[1], arguments[2], item).slice(0, 1) : [];";
        self.eventually(&format!("{role} « {name} » of « {product} »"), || async {
            let found = self.elements(script, vec![json!(product), json!(role), json!(name)]).await?;
            let found = found.into_iter().next().ok_or("not there")?;
            self.check_heard(&found, role, name).await?;
            self.bring_into_view(&found).await?;
            deed(found).await.map_err(NotYet::from)
        })
        .await;
    }
}

/// « 10 », "10.0" and "10,000" typed for the same thing.
fn same_number(shown: &str, typed: &str) -> bool {
    let plain = |text: &str| -> Option<rust_decimal::Decimal> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        digits.replace(',', ".").parse().ok()
    };
    plain(shown).is_some() && plain(shown) == plain(typed)
}
