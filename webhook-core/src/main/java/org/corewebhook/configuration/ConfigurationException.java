package org.corewebhook.configuration;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown when a configuration cannot be used; names every problem at once. */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** Makes an exception that names all of these problems. */
    public ConfigurationException(List<Problem> problems) {
        super(text(problems));
        this.problems = List.copyOf(problems);
    }

    /** Returns all problems. */
    public List<Problem> problems() {
        return problems;
    }

    private static String text(List<Problem> problems) {
        String lines = problems.stream().map(problem -> "  " + problem).collect(Collectors.joining("\n"));
        return problems.size() + (problems.size() == 1 ? " problem" : " problems") + " in the configuration:\n" + lines;
    }
}
