internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// Answers each client on the thread that reads from it and writes to it.
///
/// A token then takes one change of threads, from the control loop to this one; on the shared pool of tasks
/// it would take two, and a request four. What takes long must not run here: it would hold up the thread's
/// other clients.
struct LoopBoundChannel<Base: HTTPChannelHandler>: HTTPChannelHandler {
    let base: Base

    var responder: Responder { base.responder }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: Base.Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}
