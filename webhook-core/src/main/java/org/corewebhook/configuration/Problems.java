package org.corewebhook.configuration;

import java.util.ArrayList;
import java.util.List;

/** Collects problems in the order in which they were found; used by one thread. */
final class Problems {

    private final List<Problem> found = new ArrayList<>();

    void add(Problem problem) {
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    void addAll(List<Problem> problems) {
        problems.forEach(this::add);
    }

    /** Tells whether there is anything worse than a warning. */
    boolean anyError() {
        return found.stream().anyMatch(problem -> problem.severity() != Problem.Severity.WARNING);
    }

    List<Problem> all() {
        return List.copyOf(found);
    }
}
