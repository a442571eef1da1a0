-- PostgreSQL keeps rows beside their keys as it is: nothing to move here. The step keeps both engines at one version.
SELECT 1;
