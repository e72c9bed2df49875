import ServingTypes
import Wire

extension MessageGenerator {
    mutating func roleAnswer() -> RoleAnswer {
        RoleAnswer(
            wanted: pick(WorkerRole.allCases),
            current: pick(WorkerRole.allCases),
            requests: count(),
            leases: count(),
            failure: maybe(failure())
        )
    }
}
