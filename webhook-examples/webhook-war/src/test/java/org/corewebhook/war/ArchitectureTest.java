package org.corewebhook.war;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Who may know whom: modules know core, core knows no module, modules do not know each other. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.corewebhook");

    private static final String[] CORE = {
        "org.corewebhook",
        "org.corewebhook.spi..",
        "org.corewebhook.configuration..",
        "org.corewebhook.validation..",
        "org.corewebhook.payload..",
        "org.corewebhook.body..",
        "org.corewebhook.delivery..",
        "org.corewebhook.output..",
        "org.corewebhook.address..",
        "org.corewebhook.receipt..",
        "org.corewebhook.store"
    };

    @Test
    void coreKnowsNoModuleNoServerNoBrokerNoDatabaseNoHttpClient() {
        check(classes()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(and(
                        CORE,
                        "java..",
                        "javax.crypto..",
                        "org.slf4j..",
                        "com.fasterxml.jackson..",
                        "com.auth0.jwt..",
                        "com.github.benmanes.caffeine..",
                        "org.jspecify.."))
                .because("core is the path of a webhook and nothing else"));
        check(noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "java.net.http.."));
    }

    @Test
    void modulesDoNotKnowEachOther() {
        check(slices().matching(
                        "org.corewebhook.(http|rabbitmq|redis|kafka|s3|websocket|clickhouse|operations|servlet|signature|testkit)..")
                .should()
                .notDependOnEachOther());
    }

    @Test
    void onlyTheAdapterKnowsServletsAndOnlyTheServerKnowsTomcat() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("org.corewebhook.servlet..", "org.corewebhook.war..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.servlet.."));
        check(noClasses()
                .that()
                .resideOutsideOfPackage("org.corewebhook.war..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.catalina..", "org.apache.tomcat..", "org.apache.coyote.."));
    }

    @Test
    void outputModulesHaveNoThreadsQueuesOrRetriesOfTheCoresKind() {
        check(noClasses()
                .that()
                .implement(org.corewebhook.spi.OutputModule.class)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.corewebhook.delivery.."));
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }

    private static String[] and(String[] packages, String... more) {
        String[] all = java.util.Arrays.copyOf(packages, packages.length + more.length);
        System.arraycopy(more, 0, all, packages.length, more.length);
        return all;
    }
}
