/** The built-in validators: who may send, and how often. */
@NullMarked
package org.corewebhook.validation;

import org.jspecify.annotations.NullMarked;
