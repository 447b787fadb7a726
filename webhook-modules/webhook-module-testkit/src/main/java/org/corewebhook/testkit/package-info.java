/**
 * What tests of modules and of applications need: fakes, a clock, signed requests, the contract of an output module.
 */
@NullMarked
package org.corewebhook.testkit;

import org.jspecify.annotations.NullMarked;
