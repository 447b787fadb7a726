package org.corewebhook.servlet;

class TomcatLateAnswersTest extends TomcatTest {

    @Override
    boolean answersLate() {
        return true;
    }
}
