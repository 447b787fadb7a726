package org.corewebhook.servlet;

class JettyLateAnswersTest extends JettyTest {

    @Override
    boolean answersLate() {
        return true;
    }
}
