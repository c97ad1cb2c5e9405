/** The path of the shared files in tasks on AWS. On the laptop it is another one; handlers get theirs as `sharedFolder`. */
export const sharedFilesPath = "/mnt/shared";
