/** Whether a delivery needs the approval of a second person. */
export const approvalRules = ['second-person', 'none'] as const;
export type ApprovalRule = (typeof approvalRules)[number];
