//! Documents people print or open elsewhere.

pub mod producer_sheet_xlsx;
