/** Validators beside signature schemes: Digest, OAuth 1.0, OAuth 2.0, reCAPTCHA and JSON Schema. */
@NullMarked
package org.corewebhook.signature.credentials;

import org.jspecify.annotations.NullMarked;
