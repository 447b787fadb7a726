package org.corewebhook.signature;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.corewebhook.Secret;
import org.corewebhook.validation.HmacKey;
import org.junit.jupiter.api.Test;

/** Secrets and signatures are compared by {@link Secret} only, which takes the same time for all that is wrong. */
class SecretComparisonTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.corewebhook.signature", "org.corewebhook.validation");

    private static final Set<String> COMPARISONS =
            Set.of("equals", "equalsIgnoreCase", "compareTo", "compareToIgnoreCase", "contentEquals");

    /** Methods that compare what anybody may know: names of algorithms, the request's URI, an action. */
    private static final Set<String> COMPARE_WHAT_IS_PUBLIC = Set.of(
            "DigestAuthValidator.check",
            "DigestAuthValidator.form",
            "OAuth1Signature.fits",
            "OAuth1Signature.hash",
            "RecaptchaCheck.judge");

    /** Providers read the configuration and never see what a sender offers. */
    private static final ArchRule NOBODY_COMPARES_A_SECRET = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Provider")
            .and(describe("see a secret or compute a signature", SecretComparisonTest::seesSecrets))
            .should()
            .callMethodWhere(stringComparison());

    private static final ArchRule NOBODY_COMPARES_BYTES = noClasses()
            .that()
            .resideInAnyPackage("org.corewebhook.signature..", "org.corewebhook.validation..")
            .should()
            .callMethodWhere(target(byteComparison()));

    @Test
    void nobodyWhoSeesASecretComparesTexts() {
        NOBODY_COMPARES_A_SECRET.check(CLASSES);
    }

    @Test
    void nobodyComparesArrays() {
        NOBODY_COMPARES_BYTES.check(CLASSES);
    }

    @Test
    void theRulesFindWhoDoesIt() {
        JavaClasses careless = new ClassFileImporter().importClasses(Careless.class);

        assertThatThrownBy(() -> NOBODY_COMPARES_A_SECRET.check(careless)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> NOBODY_COMPARES_BYTES.check(careless)).isInstanceOf(AssertionError.class);
    }

    private static boolean seesSecrets(JavaClass type) {
        return type.getMethodCallsFromSelf().stream()
                .anyMatch(call -> (call.getTargetOwner().isEquivalentTo(Secret.class)
                                && List.of("reveal", "revealBytes").contains(call.getName()))
                        || (call.getTargetOwner().isEquivalentTo(HmacKey.class)
                                && call.getName().equals("sign"))
                        || (call.getTargetOwner().isEquivalentTo(javax.crypto.Mac.class)
                                && call.getName().equals("doFinal")));
    }

    private static DescribedPredicate<JavaMethodCall> stringComparison() {
        return describe(
                "String.equals and its like",
                call -> call.getTargetOwner().isEquivalentTo(String.class)
                        && COMPARISONS.contains(call.getName())
                        && !COMPARE_WHAT_IS_PUBLIC.contains(
                                call.getOriginOwner().getSimpleName() + "."
                                        + call.getOrigin().getName()));
    }

    private static DescribedPredicate<CodeUnitCallTarget> byteComparison() {
        return describe(
                "Arrays.equals and its like",
                target -> target.getOwner().isEquivalentTo(Arrays.class)
                        && List.of("equals", "compare", "mismatch").contains(target.getName()));
    }

    /** What must not be. */
    static final class Careless {

        private Careless() {}

        static boolean matches(Secret secret, String offered) {
            return secret.reveal().equals(offered) || Arrays.equals(secret.revealBytes(), new byte[0]);
        }
    }
}
