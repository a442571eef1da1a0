//! The line between one tablet and the server, and what goes wrong on it.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use replica::ports::{Answer, Network, Request, Unreachable};

use super::{pause, server::Shared};

/// How many turns of everybody else a slow answer takes: longer than a round.
const SLOW: u32 = 500;

/// What goes wrong with one exchange.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Nothing: this one passes.
    Pass,
    /// The request never arrives.
    LostRequest,
    /// It arrives, is carried out, and the answer is lost.
    LostReply,
    /// Something in between answers with this status and page.
    Page(u16, &'static str),
    /// It arrives twice; the second answer comes back.
    Twice,
    /// It arrives at once; its answer takes a while.
    Slow,
}

/// The line between one tablet and the server.
#[derive(Clone)]
pub struct Cable {
    pub server: Shared,
    pub online: Rc<RefCell<bool>>,
    pub faults: Rc<RefCell<VecDeque<(&'static str, Fault)>>>,
    pub said: Rc<RefCell<Vec<Request>>>,
}

impl Cable {
    pub fn to(server: &Shared) -> Self {
        let (faults, said) = Default::default();
        Self { server: Rc::clone(server), online: Rc::new(RefCell::new(true)), faults, said }
    }

    /// The next fault, when it is meant for a request of this path.
    fn fault(&self, path: &str) -> Option<Fault> {
        let mut faults = self.faults.borrow_mut();
        if faults.front().is_some_and(|(on, _)| path.contains(on)) {
            faults.pop_front().map(|(_, f)| f)
        } else {
            None
        }
    }
}

impl Network for Cable {
    async fn exchange(&self, request: Request) -> Result<Answer, Unreachable> {
        self.said.borrow_mut().push(request.clone());
        if !*self.online.borrow() {
            return Err(Unreachable("no network".into()));
        }
        match self.fault(&request.path) {
            Some(Fault::LostRequest) => Err(Unreachable("request lost".into())),
            Some(Fault::LostReply) => {
                self.server.borrow_mut().exchange(&request);
                Err(Unreachable("reply lost".into()))
            }
            Some(Fault::Page(status, page)) => {
                Ok(Answer { status, retry_after_ms: None, body: page.as_bytes().to_vec() })
            }
            Some(Fault::Twice) => {
                self.server.borrow_mut().exchange(&request);
                Ok(self.server.borrow_mut().exchange(&request))
            }
            Some(Fault::Slow) => {
                let answer = self.server.borrow_mut().exchange(&request);
                pause(SLOW).await;
                Ok(answer)
            }
            Some(Fault::Pass) | None => Ok(self.server.borrow_mut().exchange(&request)),
        }
    }
}
