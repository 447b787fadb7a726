package org.corewebhook.servlet;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import org.corewebhook.body.BodyBudget;

/** Gives the memory of a body back when its request is answered, be that by another thread and later. Thread-safe. */
final class ReservationRelease implements AsyncListener {

    private final BodyBudget.Reservation reservation;

    private ReservationRelease(BodyBudget.Reservation reservation) {
        this.reservation = reservation;
    }

    /** To be called when the application has returned. */
    static void after(HttpServletRequest request, BodyBudget.Reservation reservation) {
        if (!request.isAsyncStarted()) {
            reservation.close();
            return;
        }
        try {
            request.getAsyncContext().addListener(new ReservationRelease(reservation));
        } catch (IllegalStateException e) { // answered in the meantime
            reservation.close();
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        reservation.close();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // The container goes on to complete the request.
    }

    @Override
    public void onError(AsyncEvent event) {
        // The container goes on to complete the request.
    }

    /** Listeners are forgotten when a dispatched request goes asynchronous again. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
