//! Turns `app` and `public` into one hashed, precached, compressed set of files.
