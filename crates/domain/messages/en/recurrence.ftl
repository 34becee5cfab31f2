# How an event repeats, and what is wrong with it.
recurrence-never = There is no such day: { $part }.
recurrence-holidays-unknown = The school holidays of { $land } are known until { $until }. The series begins after that.
